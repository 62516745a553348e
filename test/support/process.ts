import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** Settings of whoever runs the tests, of npm and of the tests themselves; where npm finds packages is none. */
const OF_THIS_RUN = /^(?:SCW_|TEST_|JEST_|PORT$|npm_(?!config_)|NODE_OPTIONS$|FORCE_COLOR$)/i;

/** The environment of a process that inherits nothing of Scaleway's, and nothing that is about this run, from this one. */
export function cleanEnvironment(extra: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}

export function start(
  command: string,
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  cwd = root,
): Running {
  const child = spawn(command, args, {
    cwd,
    env: cleanEnvironment({ NO_COLOR: '1', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished };
}

export function run(
  command: string,
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  cwd = root,
): Promise<Finished> {
  return start(command, args, env, cwd).finished;
}

/** Asks until something answers, for at most half a minute: the machine may be busy. */
export async function untilListening(url: string): Promise<void> {
  for (const end = Date.now() + 30_000; ;) {
    try {
      await fetch(url);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
