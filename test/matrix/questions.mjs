// Starts an application as a private container, asks it what every supported combination must answer alike, and stops it.
import { environment, tokens } from './container.mjs';
import { start } from './process.mjs';

const NAMESPACE = { scope: 'namespace' };
const APPLICATION = { scope: 'application' };

/**
 * @typedef {object} Question
 * @property {string} path
 * @property {string} [token]
 * @property {number} status
 * @property {object} [body]
 */

// /orders stands under @UseGuards, /stock in an application that protects all its routes.
/** @type {Question[]} */
const QUESTIONS = ['orders', 'stock'].flatMap((path) => [
  { path, status: 401 },
  { path, token: tokens.ofTheNamespace, status: 200, body: NAMESPACE },
  { path, token: tokens.ofThisContainer, status: 200, body: APPLICATION },
  { path, token: tokens.ofAnotherContainer, status: 403 },
  { path, token: tokens.signedByAnotherNamespace, status: 401 },
  { path: `${path}/health`, status: 200 },
]);

/**
 * @param {string} node the binary
 * @param {string} file
 * @param {{ cwd: string, env: Record<string, string> }} options
 */
export async function askApplication(node, file, { cwd, env }) {
  const running = start(node, [file], { cwd, env: { ...environment, ...env } });
  const { child, finished } = running;
  try {
    const urls = await withLimit(listening(running), 'The application did not listen', 30_000);
    for (const question of QUESTIONS) await ask(urls, question);
    child.kill('SIGTERM');
    // Of its own accord, once its servers are closed: nothing of the package may keep a process alive.
    const { code, signal, output } = await withLimit(finished, 'The application did not end');
    if (code !== 0) throw new Error(`The application ended with ${signal ?? code}\n${output}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/**
 * @param {ReturnType<typeof start>} running
 * @returns {Promise<Record<string, string>>} the addresses by the first part of the path
 */
function listening({ child, finished, outputSoFar }) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const line = /^listening (.+)$/m.exec(outputSoFar());
      if (line?.[1] !== undefined) resolve(JSON.parse(line[1]));
    });
    finished.then(({ output }) => reject(new Error(`The application did not start\n${output}`)), reject);
  });
}

/**
 * @param {Record<string, string>} urls
 * @param {Question} question
 */
async function ask(urls, { path, token, status, body }) {
  const [first = ''] = path.split('/');
  const answer = await fetch(`${urls[first]}/${path}`, {
    headers: token === undefined ? {} : { 'X-Auth-Token': token },
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  const right = answer.status === status && (body === undefined || text === JSON.stringify(body));
  if (!right)
    throw new Error(`/${path} answered ${answer.status} ${text}, not ${status} ${JSON.stringify(body) ?? ''}`);
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string} message
 */
async function withLimit(promise, message, limit = 10_000) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} within ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
