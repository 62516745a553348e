import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses } from './process-table.js';

const POLL_MS = 50;

/**
 * The processes that a command has started: the children of this process, their children, and processes whose parents have
 * ended. The latter are recognised by a text that only the command's environment contains, and that child processes inherit.
 * A process that has cleared its environment and lost its parent is not found.
 * Why not a library or a process group: docs/decisions/0009-process-trees-of-our-own.md.
 */
export class ProcessTree {
  /** The command itself, which can be signalled even if the system does not list processes. */
  root: ChildProcess | undefined;

  /** @param environmentMark a text that only the command's environment contains */
  constructor(private readonly environmentMark: string) {}

  /** Parents before their children, so that a shell does not start its next command when the current one ends. */
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
        // It has just ended, or belongs to another user (sudo), and only that user may end it.
      }
    }
  }

  /** @returns whether all processes of the tree have ended within the time (in milliseconds) */
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
