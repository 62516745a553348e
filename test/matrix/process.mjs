// Child processes, each with a time limit: nothing that hangs may hold up the rows behind it.
import { spawn } from 'node:child_process';

const MINUTE = 60_000;

/**
 * @typedef {object} ProcessOptions
 * @property {string} cwd
 * @property {Record<string, string>} [env]
 * @property {number} [limit] after so many milliseconds it is killed
 *
 * @typedef {object} Ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {string} output of both streams
 */

/**
 * A process that inherits nothing of Scaleway's, nor of the npm run that this script belongs to.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProcessOptions} options
 */
export function start(command, args, { cwd, env = {}, limit = MINUTE }) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SCW_|npm_|NODE_|FORCE_COLOR$)/i.test(name));
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  let output = '';
  /** @param {string} chunk */
  const keep = (chunk) => {
    output += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  /** @type {Promise<Ended>} */
  const finished = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  return { child, finished, outputSoFar: () => output };
}

/**
 * Runs to the end, and fails with all that the process has printed.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {ProcessOptions} options
 */
export async function run(command, args, options) {
  const { code, signal, output } = await start(command, args, options).finished;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${output}`);
  return output;
}
