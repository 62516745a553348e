import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort } from './process.js';

/** A server that is there already, for what neither stops nor empties it. */
const given = process.env['REDIS_URL'];

const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0;

export const describeOnRedis = hasRedisServer || given !== undefined ? describe : describe.skip;
export const describeOnOwnRedis = hasRedisServer ? describe : describe.skip;

if (!hasRedisServer)
  console.warn(
    `SKIPPED: tests ${given === undefined ? 'on a real Redis' : 'that stop and empty a Redis'}, since there is no redis-server. ` +
      'On Debian: apt-get install redis-server',
  );

export interface Redis {
  readonly url: string;
  remove(): Promise<void>;
}

/** The server of REDIS_URL, or else one of the test's own. */
export async function startRedis(): Promise<Redis> {
  if (given !== undefined) return { url: given, remove: () => Promise.resolve() };
  const server = new RedisServer();
  await server.start();
  return server;
}

/** Keeps every entry on disk before it is acknowledged. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A Redis server of the test's own on a free port. */
export class RedisServer {
  private child: ChildProcess | undefined;
  readonly folder = mkdtempSync(join(tmpdir(), 'redis-'));
  port = 0;
  /** What comes before the options. */
  protected program: readonly string[] = [];

  constructor(private readonly args: readonly string[] = DURABLE) {}

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    this.child = spawn('redis-server', [...this.program, ...args, ...this.args], { stdio: 'ignore' });
    for (const end = Date.now() + 10_000; !(await answers(this.port));)
      if (Date.now() > end) throw new Error('redis-server does not start');
  }

  /** Asks the server something, on a connection of its own. */
  async ask(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.url });
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  }

  /** Stops its process, without ending it. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      setTimeout(() => resolve(answer), answer ? 0 : 50);
    };
    socket.setTimeout(500, () => end(false));
    socket.once('error', () => end(false));
    // While it reads its files it answers with an error.
    // One with a password asks for it.
    socket.once('data', (data) => end(/^\+PONG|^-NOAUTH/.test(data.toString())));
    socket.write('PING\r\n');
  });
}
