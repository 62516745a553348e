import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Pinning needs Linux' taskset; without it the scheduler decides, and the reports say so. */
export const canPin =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', process.execPath, '--version']).status === 0;

/** Nothing that is asked may take longer, in milliseconds: a process that hangs must not hang its parent. */
const PATIENCE_MS = 600_000;

/**
 * A Node process that talks over IPC, in messages with one member each: `{ port: 8080 }` is emitted as the event `port`
 * with the value 8080. Its argument is `JSON.parse(process.argv[2])` there.
 */
export class Child extends EventEmitter {
  /** @type {Set<Child>} */
  static #running = new Set();

  /**
   * @param {URL} script
   * @param {{ argument?: unknown, flags?: readonly string[], core?: string | undefined }} [options] `core` pins it to a
   *   core, where that is possible
   */
  constructor(script, { argument = {}, flags = [], core } = {}) {
    super();
    this.path = fileURLToPath(script);
    const pin = core !== undefined && canPin ? ['taskset', '-c', core] : [];
    const [command = '', ...args] = [...pin, process.execPath, ...flags, this.path, JSON.stringify(argument)];
    // What a server logs costs it the same wherever it goes; nobody reads it.
    this.process = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.process.on('message', (message) => {
      for (const [name, value] of Object.entries(message)) this.emit(name, value);
    });
    Child.#running.add(this);
    /** @type {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} */
    this.ended = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        Child.#running.delete(this);
        resolve({ code, signal });
      });
    });
  }

  /** @param {import('node:child_process').Serializable} message */
  send(message) {
    if (this.process.connected) this.process.send(message, () => {});
  }

  /**
   * The value of the next message with this name; undefined when it does not come in time, or the process ends first.
   *
   * @param {string} name
   * @param {number} milliseconds
   * @returns {Promise<any>}
   */
  async next(name, milliseconds) {
    const over = new AbortController();
    const { signal } = over;
    try {
      const [value] = await Promise.race([
        once(this, name, { signal }),
        // Its last message may still be on its way.
        this.ended.then(() => delay(10, [], { signal })),
        delay(milliseconds, [], { signal }),
      ]);
      return value;
    } finally {
      over.abort();
    }
  }

  /**
   * As {@link next}, but throws when the message does not come.
   *
   * @param {string} name
   * @param {number} [milliseconds]
   */
  async need(name, milliseconds = PATIENCE_MS) {
    const value = await this.next(name, milliseconds);
    if (value !== undefined) return value;
    const { exitCode, signalCode } = this.process;
    const why = signalCode ?? exitCode;
    throw new Error(
      why === null
        ? `${this.path} did not send "${name}" within ${milliseconds / 1000} seconds`
        : `${this.path} ended (${why}) and did not send "${name}"`,
    );
  }

  /**
   * Sends a question and gives the value of the next message with the name of the answer.
   *
   * @param {import('node:child_process').Serializable} question
   * @param {string} answer
   */
  ask(question, answer) {
    const answered = this.need(answer);
    this.send(question);
    return answered;
  }

  /**
   * How it ended of its own accord; undefined when it did not in time, and was killed.
   *
   * @param {number} milliseconds
   */
  async endsWithin(milliseconds) {
    const over = new AbortController();
    const late = delay(milliseconds, undefined, { signal: over.signal });
    const ended = await Promise.race([this.ended, late]);
    over.abort();
    if (ended === undefined) await this.kill();
    return ended;
  }

  /** Ends it at once, whatever it does. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  static async killAll() {
    await Promise.all(Array.from(Child.#running, (child) => child.kill()));
  }
}
