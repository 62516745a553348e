import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, untilListening } from '../support/process.js';

export type BalancerName = 'nginx' | 'haproxy';

const COMMANDS = {
  nginx: (file: string, folder: string) => ['-p', folder, '-e', 'stderr', '-c', file],
  haproxy: (file: string) => ['-f', file],
};

export const isInstalled = (name: BalancerName) => spawnSync(name, ['-v']).status === 0;

/** The configuration that the manual shows, which names a page's block by its language. */
function shownConfiguration(name: BalancerName): string {
  const page = readFileSync(join(root, 'docs/deploying.md'), 'utf8');
  return new RegExp(`^\`\`\`${name}\n(.*?)^\`\`\`$`, 'ms').exec(page)![1]!;
}

/** What a process of its own needs around it. */
const WHOLE = {
  nginx: (shown: string, port: number) => `daemon off; pid nginx.pid; events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  ${shown.replace('listen 80', `listen 127.0.0.1:${port}`)}
}
`,
  haproxy: (shown: string, port: number) => `defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
${shown.replace('bind :80', `bind 127.0.0.1:${port}`)}
`,
};

/** A balancer in front of two ports, set up as the manual says. */
export class Balancer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'balancer-'));
  private child: ChildProcess | undefined;

  constructor(
    private readonly name: BalancerName,
    readonly port: number,
  ) {}

  async start([first, second]: readonly [number, number]): Promise<void> {
    const shown = shownConfiguration(this.name).replaceAll('10.0.0.1:8080', `127.0.0.1:${first}`);
    const file = join(this.folder, 'balancer.conf');
    writeFileSync(file, WHOLE[this.name](shown.replaceAll('10.0.0.2:8080', `127.0.0.1:${second}`), this.port));
    this.child = spawn(this.name, COMMANDS[this.name](file, this.folder), { stdio: 'ignore' });
    await untilListening(`http://127.0.0.1:${this.port}`);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child!.once('exit', resolve));
    this.child!.kill('SIGTERM');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
