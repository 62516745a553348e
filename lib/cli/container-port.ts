import { setTimeout as sleep } from 'node:timers/promises';
import { listeningPorts } from './listening-ports.js';
import type { ProcessTree } from './process-tree.js';

// Node's debugger (--inspect), which does not belong to the container.
const DEBUGGER_PORT = 9229;
const FIRST_POLL_MS = 250;
const LAST_POLL_MS = 5000;
/** How long another port must be the only one before it counts as a mistake. An application may open several ports. */
const SETTLED_MS = 1500;

/** Finds the port that the command listens on, and whether it is the expected one. */
export class ContainerPort {
  constructor(
    /** `PORT`. */
    readonly expected: number,
    private readonly tree: ProcessTree,
  ) {}

  /** The port to call now: `PORT`, or the lowest other port; undefined while the command does not listen. */
  current(): number | undefined {
    const ports = listeningPorts(this.tree.members());
    if (ports === undefined || ports.includes(this.expected)) return this.expected;
    return ports.find((port) => port !== DEBUGGER_PORT);
  }

  /**
   * Watches until the command listens on `PORT`.
   *
   * @param onOther called once with the port, if the command listens on another one
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
      // Frequently at first, then less often, because the command may never listen.
      const wait = Math.min(LAST_POLL_MS, FIRST_POLL_MS + (Date.now() - start) / 20);
      await sleep(wait, undefined, { ref: false, signal: ended }).catch(() => undefined);
    }
  }
}
