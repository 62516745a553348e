import { performance } from 'node:perf_hooks';
import { shuffled } from './statistics.mjs';
import { progress } from './progress.mjs';

// What a loop computes must be used, or the compiler removes it together with what was to be measured.
let sink = 0;
export const consumed = () => sink;

function spin(body, iterations) {
  const start = performance.now();
  for (let i = 0; i < iterations; i++) if (body() === true) sink++;
  return ((performance.now() - start) * 1000) / iterations;
}

async function spinAwaited(body, iterations) {
  const start = performance.now();
  for (let i = 0; i < iterations; i++) if ((await body()) === true) sink++;
  return ((performance.now() - start) * 1000) / iterations;
}

/**
 * Times bodies against each other in one process, in microseconds an iteration: short rounds of each in turn, in another
 * order every time, so that what slows the machine down for a while slows all of them.
 *
 * @param bodies by name: `{ body, awaited?, iterations }`
 * @returns the rounds of each by name; the same index is the same moment
 */
export async function interleaved(title, bodies, { rounds, warmUp = 3 }) {
  const names = Object.keys(bodies);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
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
