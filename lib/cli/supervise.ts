import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { isInForeground } from './process-table.js';
import { ProcessTree } from './process-tree.js';

/** How long a command has after a SIGTERM or SIGHUP before it is killed. */
const GRACE_MS = 10_000;
// After a Ctrl-C, what is left when the command has gone is usually just about to go.
const INTERRUPTED_MS = 2000;
const PARENT_POLL_MS = 500;

/**
 * Runs a command as the foreground of this process and sees to its end: passes signals on to all that it has started,
 * and leaves nothing of it behind.
 *
 * - SIGTERM and SIGHUP go to the whole tree; after 10 seconds, SIGKILL.
 * - Ctrl-C (and Ctrl-\) the terminal itself sends to the command, which shares this process's group: it is not passed
 *   on, or the command would get it twice. A SIGINT that did not come from a terminal is.
 * - What the command leaves behind when it ends is ended in the same way.
 *
 * @param environmentMark a text that is in `env` and in no other process's environment
 * @returns the command's exit code, or 128 + n after signal n
 * @throws Error when the command cannot be started
 */
export async function supervise(
  [file = '', ...args]: string[],
  env: NodeJS.ProcessEnv,
  environmentMark: string,
): Promise<number> {
  const tree = new ProcessTree(environmentMark);
  const ending = new Ending(tree);
  const release = onSignals(tree, ending);
  try {
    tree.root = spawn(file, args, { env, stdio: 'inherit' });
    const code = await exitCode(tree.root, file);
    await ending.endTheRest();
    return code;
  } finally {
    release();
  }
}

class Ending {
  /** Whether a Ctrl-C was pressed: it is the command's to make of it what it likes. */
  interrupted = false;
  private killTimer: NodeJS.Timeout | undefined;
  private orphanTimer: NodeJS.Timeout | undefined;

  constructor(private readonly tree: ProcessTree) {}

  begin(signal: NodeJS.Signals): void {
    this.tree.signal(signal);
    this.killTimer ??= setTimeout(() => this.tree.signal('SIGKILL'), GRACE_MS);
  }

  /** The program that started dev has gone. If a Ctrl-C has ended it, the command has it too, and is left to it. */
  orphaned(): void {
    if (this.interrupted) this.orphanTimer ??= setTimeout(() => this.begin('SIGTERM'), GRACE_MS);
    else this.begin('SIGTERM');
  }

  async endTheRest(): Promise<void> {
    clearTimeout(this.orphanTimer);
    if (this.interrupted && (await this.tree.gone(INTERRUPTED_MS))) return;
    if (!this.killTimer && this.tree.members().length > 0) this.begin('SIGTERM');
    await this.tree.gone(GRACE_MS + 1000);
    clearTimeout(this.killTimer);
    const left = this.tree.members();
    if (left.length > 0) process.stderr.write(`These processes could not be ended: ${left.join(', ')}.\n`);
  }
}

/** @returns a function that removes the handlers */
function onSignals(tree: ProcessTree, ending: Ending): () => void {
  const end = (signal: NodeJS.Signals) => ending.begin(signal);
  const interrupt = (signal: NodeJS.Signals) => {
    ending.interrupted = true;
    if (!isInForeground()) tree.signal(signal);
  };
  const handlers = { SIGTERM: end, SIGHUP: end, SIGINT: interrupt, SIGQUIT: interrupt };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  const unwatch = watchParent(() => ending.orphaned());
  return () => {
    unwatch();
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  };
}

// npm passes a SIGTERM to the shell it runs a script in, and that shell dies of it without a word to its children. So
// under a script runner, a parent that is gone is a SIGTERM. Elsewhere it may well be meant (nohup, disown).
function watchParent(onGone: () => void): () => void {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, PARENT_POLL_MS);
  return () => clearInterval(timer);
}

async function exitCode(child: ChildProcess, file: string): Promise<number> {
  let ended: [number | null, NodeJS.Signals | null];
  try {
    ended = (await once(child, 'exit')) as typeof ended;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`Cannot run "${file}": ${code === 'ENOENT' ? 'there is no such program' : code}.`, {
      cause: error,
    });
  }
  const [code, signal] = ended;
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
