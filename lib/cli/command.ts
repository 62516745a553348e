import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Where a command reads and writes; `process` has this shape. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadStream;
  /** For what was asked for, and nothing else: it may be captured by a script. */
  readonly stdout: NodeJS.WriteStream;
  /** For everything said beside it. */
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
   * @param argv the arguments behind the command's name; `--help` and `-h` before a `--` are seen to already
   * @returns the exit code
   * @throws UsageError for a wrong command line: its message and the usage go to stderr, the exit code is 2
   * @throws Error for anything else: its message goes to stderr, the exit code is 1
   */
  run(argv: string[], io: CommandIo): Promise<number>;
}

/** The command line is wrong. The message names the option; never put a value in it that may be a secret. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * node:util's parseArgs, with its refusals as {@link UsageError}. A stray argument is not repeated in the message: it
 * may be a token or a key.
 */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw error;
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw new UsageError('There is an argument that belongs to no option.');
    }
    throw new UsageError(/^.*?[.](?=\s|$)/s.exec(message)?.[0] ?? message);
  }
}
