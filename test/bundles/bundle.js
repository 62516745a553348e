import { afterAll, beforeAll, jest } from '@jest/globals';
import { MAY_START_PROCESSES } from '../suites.js';
import { remains, snapshot } from './remains.js';

const LIVE_APPLICATIONS = Symbol.for('nestjs-scaleway-auth:live-applications');

/**
 * Runs spec files as one, so that what they import is loaded once. Each is in a `describe` block of its own, with its own
 * hooks, and fails by name when it leaves something behind for the next. Their order is random: jest prints the seed, and
 * `npm test -- --seed <seed>` repeats it.
 *
 * @param {readonly string[]} files from the root of the repository
 */
export async function bundle(files) {
  for (const file of shuffled(files, jest.getSeed())) {
    const before = snapshot();
    // oxlint-disable-next-line no-await-in-loop -- one block after the other
    await describeFile(file, async () => {
      let atStart = before;
      beforeAll(() => void (atStart = snapshot()));
      await import(`../../${file}`);
      const atImport = remains(before, snapshot(), { imported: true });
      // The last hook of the block.
      afterAll(async () => {
        const left = [...atImport, ...(await settled(atStart))];
        if (globalThis.bundle.state().processes > atStart.processes && !MAY_START_PROCESSES.has(file))
          left.push('work for a suite of processes (test/suites.js): it has started one');
        // Each is in passport's one registry, and two at a time refuse everybody there.
        const running = /** @type {Set<unknown> | undefined} */ (Reflect.get(globalThis, LIVE_APPLICATIONS));
        if (running !== undefined && running.size > 0) left.push('an application that was not closed');
        running?.clear();
        if (left.length > 0) throw new Error(`${file} leaves behind: ${left.join('; ')}`);
      }, 10_000);
    });
  }
}

/**
 * describe() takes no promise: the environment opens the block and closes it.
 *
 * @param {string} file the title of the block
 * @param {() => Promise<unknown>} define
 */
export async function describeFile(file, define) {
  globalThis.bundle.open(file);
  await define();
  globalThis.bundle.close();
}

/**
 * What has closed still needs a moment to be gone.
 *
 * @param {import('./remains.js').Snapshot} before
 */
async function settled(before) {
  for (let end = globalThis.bundle.now() + 2000; ;) {
    const left = remains(before, snapshot());
    if (left.length === 0 || globalThis.bundle.now() > end) return left;
    // oxlint-disable-next-line no-await-in-loop -- polling
    await new Promise((/** @type {(value?: unknown) => void} */ resolve) => globalThis.bundle.setTimeout(resolve, 10));
  }
}

/**
 * Fisher and Yates, with the generator mulberry32.
 *
 * @param {readonly string[]} list
 * @param {number} seed
 */
function shuffled(list, seed) {
  const rest = [...list];
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return list.flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}
