import { setTimeout as sleep } from 'node:timers/promises';
import { listeningPorts } from './listening-ports.js';
import type { ProcessTree } from './process-tree.js';

// Node's debugger (--inspect), which is no part of a container.
const DEBUGGER_PORT = 9229;
const FIRST_POLL_MS = 250;
const LAST_POLL_MS = 5000;
/** How long another port has to be the only one before it counts as a mistake: an application may open several. */
const SETTLED_MS = 1500;

/** Which port the command listens on, and whether it is the one that it was told. */
export class ContainerPort {
  constructor(
    /** `PORT`. */
    readonly expected: number,
    private readonly tree: ProcessTree,
  ) {}

  /** The one to call now: `PORT`, or the lowest of others; undefined while the command does not listen. */
  current(): number | undefined {
    const ports = listeningPorts(this.tree.members());
    if (ports === undefined || ports.includes(this.expected)) return this.expected;
    return ports.find((port) => port !== DEBUGGER_PORT);
  }

  /**
   * Watches until the command listens on `PORT`.
   *
   * @param onOther called once, with the port that the command listens on instead
   */
  async watch(ended: AbortSignal, onOther: (port: number) => void): Promise<void> {
    const start = Date.now();
    let since: number | undefined;
    let isSaid = false;
    while (!ended.aborted) {
      const port = this.current();
      if (port === this.expected) return;
      if (port === undefined) since = undefined;
      else since ??= Date.now();
      if (!isSaid && port !== undefined && Date.now() - since! >= SETTLED_MS) {
        isSaid = true;
        onOther(port);
      }
      // Often at first, and then seldom: the command may not listen at all.
      const wait = Math.min(LAST_POLL_MS, FIRST_POLL_MS + (Date.now() - start) / 20);
      await sleep(wait, undefined, { ref: false, signal: ended }).catch(() => undefined);
    }
  }
}
