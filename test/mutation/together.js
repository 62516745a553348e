// Test files of several folders in one: what they import is then loaded once for a mutant, and not fifty times.
import { readdirSync } from 'node:fs';
import fc from 'fast-check';

/** They wait or measure most of their time, and call nothing of the core that the others do not. */
const LEFT_OUT = new Set(['linear-time.spec.ts', 'sse.spec.ts']);

/** @param {string[]} folders below test/ */
export async function together(...folders) {
  // A counter-example need not be made small.
  fc.configureGlobal({ endOnFailure: true });
  for (const folder of folders)
    for (const file of readdirSync(new URL(`../${folder}`, import.meta.url)))
      if (file.endsWith('.spec.ts') && !LEFT_OUT.has(file)) await import(`../${folder}/${file}`);
}
