import type { CommandIo } from './command.js';

/** More than any header can hold. Longer input is not a token, and the rest is not read. */
const MAXIMUM_CHARACTERS = 65_536;

/** Reads a token from stdin, so that it stays out of the shell's history. */
export async function readInput(io: CommandIo): Promise<string> {
  if (io.stdin.isTTY) io.stderr.write('Paste the token, then Enter and Ctrl-D:\n');
  let input = '';
  for await (const chunk of io.stdin.setEncoding('utf8')) {
    input += chunk as string;
    if (input.length > MAXIMUM_CHARACTERS) break;
  }
  return input.trim();
}
