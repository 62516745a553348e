import { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Nothing asked for so long (milliseconds): whoever kept a connection is done with it. */
const QUIET = 500;
/** The longest that draining may take, in milliseconds. Platforms kill a container that takes much longer. */
const LONGEST = 8000;

/**
 * Ends a server without losing a request. Node's own `server.close()` cuts connections that seem to rest, though a request
 * may have arrived on them that was not read yet; so here nothing new is accepted, each connection is told with its next
 * answer that it was the last (`Connection: close`), and only what has been quiet for a while is cut.
 *
 * A provider of the application: Nest calls the two hooks when it gets SIGTERM.
 */
export class Drain {
  received = 0;
  answered = 0;
  aborted = 0;
  /** @type {Set<import('node:http').ServerResponse>} */
  #open = new Set();
  /** @type {import('node:http').Server | undefined} */
  #server;
  #draining = false;
  #lastRequest = 0;

  /**
   * @param {{ onBegin: (inFlight: number) => unknown, onEnd: (counts: Record<string, number>) => unknown }} handlers
   */
  constructor({ onBegin, onEnd }) {
    this.onBegin = onBegin;
    this.onEnd = onEnd;
  }

  /** @param {import('node:http').Server} server */
  watch(server) {
    this.#server = server;
    server.prependListener('request', (_request, response) => {
      this.received++;
      this.#lastRequest = performance.now();
      this.#open.add(response);
      if (this.#draining) response.setHeader('Connection', 'close');
      response.once('close', () => {
        this.#open.delete(response);
        if (response.writableFinished) this.answered++;
        else this.aborted++;
      });
    });
  }

  async beforeApplicationShutdown() {
    this.#draining = true;
    // The listening socket alone; http.Server's close() would cut connections.
    Server.prototype.close.call(this.#server);
    for (const response of this.#open) if (!response.headersSent) response.setHeader('Connection', 'close');
    await this.onBegin(this.#open.size);
    const began = performance.now();
    this.#lastRequest = began;
    const isQuiet = () => this.#open.size === 0 && performance.now() - this.#lastRequest > QUIET;
    while (!isQuiet() && performance.now() - began < LONGEST) await delay(20);
  }

  async onApplicationShutdown() {
    const { received, answered, aborted } = this;
    await this.onEnd({ received, answered, aborted, unfinished: this.#open.size });
  }
}
