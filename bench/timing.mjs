import { performance } from 'node:perf_hooks';
import { progress } from '../scripts/tooling/progress.mjs';
import { shuffled } from '../scripts/tooling/statistics.mjs';

/**
 * @typedef {object} Body what is timed
 * @property {() => unknown} body
 * @property {boolean} [awaited]
 * @property {number} iterations in a round
 */

// What a loop computes must be used, or the compiler removes it together with what was to be measured.
let sink = 0;
/** @public */
export const consumed = () => sink;

/**
 * @param {() => unknown} body
 * @param {number} iterations
 */
function spin(body, iterations) {
  const start = performance.now();
  for (let i = 0; i < iterations; i++) if (body() === true) sink++;
  return ((performance.now() - start) * 1000) / iterations;
}

/**
 * @param {() => unknown} body
 * @param {number} iterations
 */
async function spinAwaited(body, iterations) {
  const start = performance.now();
  for (let i = 0; i < iterations; i++) if ((await body()) === true) sink++;
  return ((performance.now() - start) * 1000) / iterations;
}

/**
 * Times bodies against each other in one process, in microseconds an iteration: short rounds of each in turn, in another
 * order every time, so that what slows the machine down for a while slows all of them.
 *
 * @template {string} Name
 * @param {string} title
 * @param {Record<Name, Body>} bodies
 * @param {{ rounds: number, warmUp?: number }} plan
 * @returns {Promise<Record<Name, number[]>>} the rounds of each; the same index is the same moment
 */
export async function interleaved(title, bodies, { rounds, warmUp = 3 }) {
  const names = /** @type {Name[]} */ (Object.keys(bodies));
  const samples = eachOf(names, () => /** @type {number[]} */ ([]));
  for (let round = -warmUp; round < rounds; round++) {
    progress(`${title}: ${round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`}`);
    for (const name of shuffled(names)) {
      const { body, awaited, iterations } = bodies[name];
      // Garbage of the contestant before must not be collected on this one's time.
      globalThis.gc?.({ type: 'minor' });
      const time = awaited ? await spinAwaited(body, iterations) : spin(body, iterations);
      if (round >= 0) samples[name].push(time);
    }
  }
  return samples;
}

/**
 * An object with a value of its own for each name.
 *
 * @template {string} Name
 * @template Value
 * @param {readonly Name[]} names
 * @param {(name: Name) => Value} make
 */
export const eachOf = (names, make) =>
  /** @type {Record<Name, Value>} */ (Object.fromEntries(names.map((name) => [name, make(name)])));
