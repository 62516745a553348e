import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Where a command reads and writes; `process` has this shape. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadStream;
  /** Only for what the user asked for: a script may capture it. */
  readonly stdout: NodeJS.WriteStream;
  /** For everything else. */
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * One command of the command line. A command's file exports it as `command`, and one line in main.ts's table names the
 * file, which is loaded when the command is used:
 *
 * @example
 * // lib/cli/issue.ts
 * export const command: Command = {
 *   name: 'issue',
 *   summary: 'issues a token',
 *   usage: 'Usage: nestjs-scaleway-auth issue …',
 *   async run(argv, io) {
 *     const { values } = parseOptions({ args: argv, options: { json: { type: 'boolean' } } });
 *     io.stdout.write('…\n');
 *     return 0;
 *   },
 * };
 * // lib/cli/main.ts
 * issue: () => import('./issue.js'),
 */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints: synopsis, options with their defaults, examples. */
  readonly usage: string;
  /**
   * @param argv the arguments after the command's name; `--help` and `-h` before a `--` are handled already
   * @returns the exit code
   * @throws UsageError for a wrong command line: the usage and its message go to stderr, the exit code is 2
   * @throws ExitError for a failure with an exit code that tells something
   * @throws Error for anything else: its message goes to stderr, the exit code is 1
   */
  run(argv: string[], io: CommandIo): Promise<number>;
}

/** The command line is wrong. The message names the option; never put a value in it that may be a secret. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The command failed, with an exit code that says how. */
export class ExitError extends Error {
  override name = 'ExitError';

  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** node:util's parseArgs, with its refusals as {@link UsageError}: in one sentence, with the word that was wrong. */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    const word = /^Unexpected argument '(.*)'\. This command/s.exec(message)?.[1];
    if (word !== undefined) throw new UsageError(`${quoted(word)} belongs to no option.`);
    throw new UsageError(/^.*?[.](?=\s|$)/s.exec(message)?.[0] ?? message);
  }
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const LONGEST_WORD = 40;

/** A word of the command line, for a message. What may be a token or a key is described instead. */
export function quoted(word: string): string {
  if (!word.includes('eyJ') && !UUID.test(word) && word.length <= LONGEST_WORD) return `"${word}"`;
  return `An argument of ${word.length} characters (not shown: it may be a token or a key)`;
}
