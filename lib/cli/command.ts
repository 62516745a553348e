import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Where a command reads and writes. `process` has this shape. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadStream;
  /** Only for the output that the user asked for, because a script may capture it. */
  readonly stdout: NodeJS.WriteStream;
  /** For everything else. */
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A command of the command line. Its file exports it as `command`, and the table in main.ts names the file, which is loaded
 * when the command is used:
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
  /** The text for `--help`: synopsis, options with their defaults, examples. */
  readonly usage: string;
  /**
   * @param argv the arguments after the command's name; `--help` and `-h` before a `--` are handled already
   * @returns the exit code
   * @throws UsageError for a wrong command line: the usage and the message are written to stderr, the exit code is 2
   * @throws ExitError for a failure with a specific exit code
   * @throws Error for anything else: the message is written to stderr, the exit code is 1
   */
  run(argv: string[], io: CommandIo): Promise<number>;
}

/** The command line is wrong. The message names the option; it must not contain a value that may be a secret. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The command failed with this exit code. */
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

/** Like node:util's parseArgs, but throws {@link UsageError}s with one sentence that names the wrong word. */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    const word = /^Unexpected argument '(.*)'\. This command/s.exec(message)?.[1];
    if (word !== undefined) throw new UsageError(`${quoted(word)} does not belong to an option.`);
    throw new UsageError(/^.*?[.](?=\s|$)/s.exec(message)?.[0] ?? message);
  }
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const LONGEST_WORD = 40;

/** Quotes a word of the command line in a message. A word that may be a token or a key is only described. */
export function quoted(word: string): string {
  if (!word.includes('eyJ') && !UUID.test(word) && word.length <= LONGEST_WORD) return `"${word}"`;
  return `An argument of ${word.length} characters (not shown: it may be a token or a key)`;
}
