import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalContainerEnvironment } from 'nestjs-scaleway-auth/platform';
import { freePort } from '../../support/process.js';

/** The built sample in a process of its own, as it would run at Scaleway. */
export class SampleContainer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(environment: LocalContainerEnvironment): Promise<SampleContainer> {
    const port = await freePort();
    const env = { PATH: process.env['PATH'], ...environment, PORT: String(port) };
    const child = spawn(process.execPath, ['dist/sample/main.js'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const sample = new SampleContainer(child, `http://127.0.0.1:${port}`);
    const end = Date.now() + 20_000;
    while (!(await sample.isHealthy())) {
      if (child.exitCode !== null || Date.now() > end) {
        await sample.stop();
        throw new Error('The sample has not started: is it built (npm run build)?');
      }
      await sleep(50);
    }
    return sample;
  }

  /** The status and body of its guarded route. */
  async whoami(token: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}/whoami`, { headers: { 'X-Auth-Token': token } });
    return { status: response.status, body: await response.json() };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  private async isHealthy(): Promise<boolean> {
    return fetch(`${this.url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
