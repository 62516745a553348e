// Child processes, each with a time limit: nothing that hangs may hold up the rows behind it.
import { spawn } from 'node:child_process';

const MINUTE = 60_000;

/** A process that inherits nothing of Scaleway's, nor of the npm run that this script belongs to. */
export function start(command, args, { cwd, env = {}, limit = MINUTE }) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SCW_|npm_|NODE_|FORCE_COLOR$)/i.test(name));
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  const running = { child, output: '' };
  const keep = (chunk) => (running.output += chunk);
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  running.finished = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output: running.output }));
  });
  return running;
}

/** Runs to the end, and fails with all that the process has printed. */
export async function run(command, args, options) {
  const { code, signal, output } = await start(command, args, options).finished;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${output}`);
  return output;
}
