// Test files of several folders in one: what they import is then loaded once for a mutant, and not fifty times.
import fc from 'fast-check';
import { describeFile } from '../bundles/bundle.js';
import { inProcess } from '../suites.js';

/** They wait or measure most of their time, and call nothing of the core that the others do not. */
const LEFT_OUT = ['linear-time.spec.ts', 'sse.spec.ts'];

/** @param {string[]} folders below test/ */
export async function together(...folders) {
  // A counter-example need not be made small.
  fc.configureGlobal({ endOnFailure: true });
  for (const folder of folders)
    for (const file of inProcess)
      if (file.startsWith(`test/${folder}/`) && !LEFT_OUT.some((name) => file.endsWith(name)))
        // oxlint-disable-next-line no-await-in-loop -- one block after the other
        await describeFile(file, () => import(`../../${file}`));
}
