import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';

const running = new Set();

/** A process of the soak's that sends messages with one member each; an event by its name is emitted for every one. */
export class Child extends EventEmitter {
  constructor(script, argument, flags = []) {
    super();
    this.script = script;
    const path = fileURLToPath(new URL(script, import.meta.url));
    // The log of refusals is written as in production, and read by nobody.
    this.process = spawn(process.execPath, [...flags, path, JSON.stringify(argument)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running.add(this.process);
    this.process.on('message', (message) => {
      for (const [name, value] of Object.entries(message)) this.emit(name, value);
    });
    this.ended = new Promise((resolve) => {
      this.process.once('exit', (code, signal) => {
        running.delete(this.process);
        resolve({ code, signal });
      });
    });
  }

  send(message) {
    if (this.process.connected) this.process.send(message, () => {});
  }

  /** The value of the next message with this name; undefined when it does not come in time, or the process ends first. */
  next(name, milliseconds) {
    return new Promise((resolve) => {
      const done = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      const timer = setTimeout(done, milliseconds);
      this.once(name, done);
      void this.ended.then(() => setImmediate(done));
    });
  }

  /** As {@link next}, but a fault of the soak itself when it does not come. */
  async need(name, milliseconds) {
    const value = await this.next(name, milliseconds);
    if (value === undefined)
      throw new Error(`${this.script} did not say "${name}" within ${milliseconds / 1000} seconds`);
    return value;
  }

  /** Whether it ended in time; if not, it is made to. */
  async end(milliseconds) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds, undefined);
    });
    const ended = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    if (ended === undefined) this.process.kill('SIGKILL');
    return ended;
  }
}

export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}
