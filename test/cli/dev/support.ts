import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../../dist/esm/cli/main.js', import.meta.url));
export const TERMINAL = fileURLToPath(new URL('in-a-terminal.py', import.meta.url));
export const commandFile = (name: string) => fileURLToPath(new URL(`commands/${name}.mjs`, import.meta.url));

/** Sees to it that 8080 is in use, by us or by whoever has it already. */
export async function occupy8080(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.listen(8080, resolve);
  });
  return server;
}

/** Whether the process lives; one that waits for its parent to look at its end does not. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** A program under test, with what it has printed so far. */
export class Run {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;

  constructor(file: string, args: string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
    // In a session of its own, as under a supervisor: a terminal that the tests may run in has no say.
    this.child = spawn(file, args, { ...options, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.closed = once(this.child, 'close');
  }

  /** Waits for the text on either output. */
  async shows(text: string | RegExp, within = 20_000): Promise<void> {
    await until(
      () => (this.stdout + this.stderr).search(text) !== -1,
      within,
      () => `${String(text)} in ${this.said()}`,
    );
  }

  async exitCode(): Promise<number | null> {
    await this.closed;
    return this.child.exitCode;
  }

  count(text: string): number {
    return this.stdout.split(text).length - 1;
  }

  /** The processes that the commands of these tests have said to be. */
  pids(): number[] {
    return [...this.stdout.matchAll(/is ready: ([1-9]\d*)/g)].map(([, pid]) => Number(pid));
  }

  async leavesNothing(within = 3000): Promise<void> {
    if (this.pids().length === 0) throw new Error(`No process has said its id in ${this.said()}`);
    await until(
      () => !this.pids().some(isAlive),
      within,
      () => `an end of ${this.pids().join(', ')}; ${this.said()}`,
    );
  }

  /** For the end of a test that has failed: nothing may outlive it. */
  kill(): void {
    for (const pid of [...this.pids(), this.child.pid]) {
      try {
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended, as it should.
      }
    }
  }

  private said(): string {
    return `stdout ${JSON.stringify(this.stdout)}, stderr ${JSON.stringify(this.stderr)}`;
  }
}

async function until(condition: () => boolean, within: number, what: () => string): Promise<void> {
  const end = Date.now() + within;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Waited ${within} ms for ${what()}`);
    // oxlint-disable-next-line no-await-in-loop -- polling
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
