import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {object} Program
 * @property {string} node
 * @property {string} cwd
 * @property {string} file
 * @property {Record<string, string>} env
 *
 * @typedef {object} Ask
 * @property {string} path
 * @property {string} token
 */

const GIVE_UP_MS = 30_000;

/**
 * Starts a program that listens on `PORT`, and asks it until it answers 200.
 *
 * @param {Program} program
 * @param {Ask} ask
 * @returns {Promise<number>} milliseconds from the start of the process to the end of the answer
 */
export async function firstAnswer({ node, cwd, file, env }, ask) {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(node, [file], {
    cwd,
    env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
    stdio: 'ignore',
  });
  try {
    while ((await statusOf(port, ask)) !== 200) {
      if (child.exitCode !== null || performance.now() - start > GIVE_UP_MS) throw new Error(`${file} does not answer`);
      await delay(1);
    }
    return performance.now() - start;
  } finally {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGKILL')) await ended;
  }
}

/**
 * @param {number} port
 * @param {Ask} ask
 * @returns {Promise<number>} 0 while nothing listens
 */
function statusOf(port, { path, token }) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, headers: { 'X-Auth-Token': token } });
    request.on('error', () => resolve(0));
    request.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
