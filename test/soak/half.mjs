import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from '../../scripts/tooling/child.mjs';

/** From SIGTERM until the process must be gone, in milliseconds. */
export const EXIT_WITHIN = 10_000;
/** Time for the load to let go of what it does not do while a server ends, in milliseconds. */
const SETTLE = 500;

/**
 * @typedef {ReturnType<import('./server/vitals.mjs').Vitals['take']> & { requests: number, faults: string[] }} Sample
 *
 * @typedef {object} Drained what the server tells when it has ended its work
 * @property {number} received
 * @property {number} answered
 * @property {number} aborted
 * @property {number} unfinished
 * @property {Record<string, number>} reasons
 * @property {string[]} faults
 * @property {ReturnType<import('./server/vitals.mjs').Vitals['wholeDelay']>} delay
 *
 * @typedef {object} HalfOptions
 * @property {string} platform
 * @property {number} half
 * @property {number} seconds
 * @property {Child} load
 * @property {string | undefined} sabotage
 * @property {(sample: Sample) => void} onProgress
 */

/**
 * One life of a server under load: boot, saturation, SIGTERM, exit.
 *
 * @param {HalfOptions} options
 */
export async function runHalf({ platform, half, seconds, load, sabotage, onProgress }) {
  const collectEvery = Math.max(1, Math.min(5, Math.floor(seconds / 12)));
  const server = new Child(new URL('server.mjs', import.meta.url), {
    argument: { platform, collectEvery, sabotage },
    flags: ['--expose-gc', '--enable-source-maps'],
  });
  /** @type {Sample[]} */
  const vitals = [];
  let requests = 0;
  server.on('vitals', (sample) => {
    vitals.push(sample);
    requests = sample.requests;
    onProgress(sample);
  });
  const port = await server.need('port', 30_000);

  load.send({ start: { port, seconds } });
  await load.need('started', 30_000);
  const began = performance.now();
  const crashed = await Promise.race([server.ended, load.ended, delay(seconds * 1000)]);
  const lasted = (performance.now() - began) / 1000;

  const finished = load.next('result', EXIT_WITHIN + 15_000);
  const shutdown = await endUnderLoad(server, load, port);
  /** @type {ReturnType<import('./load/tally.mjs').Tally['result']> | undefined} */
  const result = await finished;
  if (result === undefined) throw new Error('The load has not told what it saw');
  return { platform, half, seconds: lasted, requests, vitals, result, shutdown, crashed };
}

/**
 * @param {Child} server
 * @param {Child} load
 * @param {number} port
 */
async function endUnderLoad(server, load, port) {
  load.send({ ending: true });
  await delay(SETTLE);
  const began = performance.now();
  const at = Date.now() / 1000;
  const [draining, drained] = [server.next('draining', EXIT_WITHIN), server.next('drained', EXIT_WITHIN)];
  server.process.kill('SIGTERM');
  /** @type {number | undefined} */
  const inFlight = (await draining)?.inFlight;
  const newConnection = await tryToConnect(port);
  const ended = await server.endsWithin(EXIT_WITHIN - (performance.now() - began));
  const seconds = (performance.now() - began) / 1000;
  return { at, inFlight, newConnection, ended, seconds, drained: /** @type {Drained | undefined} */ (await drained) };
}

/**
 * What a new connection gets: 'connected', or the code of the error.
 *
 * @param {number} port
 * @returns {Promise<string>}
 */
function tryToConnect(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('connect', () => {
      resolve('connected');
      socket.destroy();
    });
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ { code, message }) => resolve(code ?? message));
    socket.on('close', () => resolve('no answer'));
  });
}
