import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Pinning needs Linux' taskset; without it the scheduler decides, and the report says so. */
export const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', process.execPath, '--version']).status === 0;

export const SERVER_CORE = '0';
export const LOAD_CORE = '1';

/** A process of this benchmark's that answers questions over IPC, one after the other. */
export class Child {
  static running = new Set();

  constructor(script, { argument = {}, core, flags = [] }) {
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    const command = [process.execPath, ...flags, path, JSON.stringify(argument)];
    if (typeof core === 'string' && canPin) command.unshift('taskset', '-c', core);
    // What a server logs costs it the same wherever it goes; nobody reads it.
    this.process = spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.waiting = [];
    this.process.on('message', (message) => this.waiting.shift()?.resolve(message));
    this.process.on('exit', (code, signal) => {
      Child.running.delete(this);
      for (const { reject } of this.waiting) reject(new Error(`${script} ended (${signal ?? code})`));
    });
    Child.running.add(this);
  }

  /** The next message that it sends; its first says that it is ready. */
  next() {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
  }

  ask(question) {
    const answer = this.next();
    this.process.send(question);
    return answer;
  }

  async end() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      this.process.once('exit', resolve);
    });
    this.process.kill('SIGKILL');
    await ended;
  }

  static async endAll() {
    await Promise.all([...Child.running].map((child) => child.end()));
  }
}

/** A server with one contestant, ready to answer. */
export async function startServer(argument, { core, flags } = {}) {
  const server = new Child('server.mjs', { argument, core, flags });
  const { port } = await server.next();
  return Object.assign(server, { port });
}

/** The process that makes the load; `null` lets it run on any core. */
export async function startLoad(core = LOAD_CORE) {
  const load = new Child('load.mjs', { core });
  await load.next();
  return load;
}
