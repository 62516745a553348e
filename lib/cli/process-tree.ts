import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses } from './process-table.js';

const POLL_MS = 50;

/**
 * The processes that a command has become: the children of this process, theirs, and those whose parents have gone,
 * which a walk from parent to child no longer finds. The latter are known by a text that only the command's
 * environment holds and that its descendants inherit. (A process group of the command's own would find them too, but
 * takes it off the terminal: no Ctrl-C, no job control.)
 */
export class ProcessTree {
  /** The command itself, which is reached even where the system does not list processes. */
  root: ChildProcess | undefined;

  constructor(private readonly environmentMark: string) {}

  /** Parents before their children, so that a shell does not start its next line when the present one ends. */
  members(): number[] {
    const processes = listProcesses();
    const members = new Set<number>();
    const add = (pid: number): void => {
      if (pid === process.pid || members.has(pid)) return;
      members.add(pid);
      for (const child of processes) if (child.parent === pid) add(child.pid);
    };
    const { root } = this;
    if (root?.pid !== undefined && root.exitCode === null && root.signalCode === null) add(root.pid);
    for (const { pid, parent } of processes) if (parent === process.pid) add(pid);
    for (const entry of processes)
      if (!members.has(entry.pid) && entry.startedWith(this.environmentMark)) add(entry.pid);
    return [...members];
  }

  signal(signal: NodeJS.Signals): void {
    for (const pid of this.members()) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended a moment ago, or is another user's (sudo), who alone may end it.
      }
    }
  }

  /** @returns whether nothing of the tree was left before the time (in milliseconds) was over */
  async gone(within: number): Promise<boolean> {
    const end = Date.now() + within;
    while (this.members().length > 0) {
      if (Date.now() >= end) return false;
      // oxlint-disable-next-line no-await-in-loop -- polling
      await sleep(POLL_MS);
    }
    return true;
  }
}
