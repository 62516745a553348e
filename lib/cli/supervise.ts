import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { ExitError } from './command.js';
import { isInForeground } from './process-table.js';
import type { ProcessTree } from './process-tree.js';

/** How long a command has after a SIGTERM or SIGHUP before it is killed. */
const GRACE_MS = 10_000;
// After a Ctrl-C, processes that are left when the command has ended are usually about to end too.
const INTERRUPTED_MS = 2000;
const PARENT_POLL_MS = 500;

/**
 * Runs a command in the foreground and ends all processes that it has started.
 *
 * - SIGTERM and SIGHUP are sent to the whole tree. SIGKILL follows after 10 seconds.
 * - The terminal sends Ctrl-C (and Ctrl-\) to the command, which shares this process's group. It is not passed on, because the
 *   command would get it twice. A SIGINT that did not come from a terminal is passed on.
 * - Processes that are left when the command ends are ended in the same way.
 *
 * @param tree an empty tree, whose mark is in `env`
 * @returns the command's exit code, or 128 + n after signal n
 * @throws ExitError if the command cannot be started: 127 if the program does not exist, otherwise 126, like shells
 */
export async function supervise(
  [file = '', ...args]: string[],
  env: NodeJS.ProcessEnv,
  tree: ProcessTree,
): Promise<number> {
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
  /** Whether Ctrl-C was pressed. The command decides how to react. */
  interrupted = false;
  private killTimer: NodeJS.Timeout | undefined;
  private orphanTimer: NodeJS.Timeout | undefined;

  constructor(private readonly tree: ProcessTree) {}

  begin(signal: NodeJS.Signals): void {
    this.tree.signal(signal);
    this.killTimer ??= setTimeout(() => this.tree.signal('SIGKILL'), GRACE_MS);
  }

  /** The program that started dev has ended. If a Ctrl-C ended it, the command got the Ctrl-C too and has time to end. */
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

// npm sends a SIGTERM to the shell that runs a script, and the shell ends without passing it on. So under a script runner, the
// end of the parent counts as a SIGTERM. Elsewhere it may be intended (nohup, disown).
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
    const isMissing = code === 'ENOENT';
    const message = `Cannot run "${file}": ${isMissing ? 'the program does not exist' : code}.`;
    throw new ExitError(message, isMissing ? 127 : 126, { cause: error });
  }
  const [code, signal] = ended;
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}
