/*
 * npm run fuzz [-- target …] [--runs N] [--seconds N] [--seed N]
 *
 * Fuzzes each target in turn, guided by what its inputs reach in lib/: for 20 seconds each, or for N inputs each. Ends
 * with a line that has the figures, and with exit code 1 when something was found.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { count } from '../../scripts/tooling/format.mjs';
import { progress } from '../../scripts/tooling/progress.mjs';

const TARGETS = ['public-key', 'token', 'application-claim'];
/** A worker that tells nothing for so long hangs. */
const HANG_MS = 30_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } },
});
/**
 * @param {keyof typeof values} name
 * @param {number} otherwise
 */
const number = (name, otherwise) => {
  const value = values[name] === undefined ? otherwise : Number(values[name]);
  if (Number.isNaN(value) || value < 0) throw new Error(`--${name} must be a number`);
  return value;
};
const runs = number('runs', Infinity);
const seconds = number('seconds', values.runs === undefined ? 20 : Infinity);
const seed = number('seed', Date.now() % 2 ** 32);
const names = positionals.length > 0 ? positionals : TARGETS;
for (const name of names)
  if (!TARGETS.includes(name)) throw new Error(`No target ${name}; there are ${TARGETS.join(', ')}`);

const findings = fileURLToPath(new URL('../../coverage/fuzz-findings', import.meta.url));
/** @typedef {import('./worker.mjs').Report} Report */

/**
 * @param {string} name
 * @returns {Promise<Report>}
 */
function fuzz(name) {
  const shared = new SharedArrayBuffer(4 + 20_000);
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { name, runs, seconds, seed, findings, shared },
  });
  const began = performance.now();
  /** @type {Report} */
  let last = { done: 0, kept: 0, reached: 0, counters: 0, outcomes: [], found: [] };
  const line = () => {
    const { done, reached, counters, kept, found } = last;
    const spent = (performance.now() - began) / 1000;
    return `${name}: ${count(done)} inputs, ${count(Math.round(done / spent))} a second, ${reached} of ${counters} counters reached, ${kept} inputs kept, ${found.length} findings`;
  };
  let printed = began;
  return new Promise((resolve, reject) => {
    const hang = setTimeout(() => {
      const size = new DataView(shared).getUint32(0);
      const file = `${findings}/${name}-hang`;
      mkdirSync(findings, { recursive: true });
      writeFileSync(file, Buffer.from(shared).subarray(4, 4 + size));
      void worker.terminate();
      resolve({ ...last, found: [...last.found, { file, error: 'hangs' }] });
    }, HANG_MS);
    worker.on('message', (report) => {
      hang.refresh();
      last = report;
      progress(line());
      if (process.stderr.isTTY || performance.now() - printed < 5000) return;
      printed = performance.now();
      console.log(line());
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(hang);
      progress();
      console.log(line());
      resolve(last);
    });
  });
}

console.log(`seed ${seed}`);
const totals = { done: 0, kept: 0, found: 0 };
for (const name of names) {
  const { done, kept, outcomes, found } = await fuzz(name);
  for (const [outcome, times] of outcomes.slice(0, 12)) console.log(`  ${count(times).padStart(12)}  ${outcome}`);
  if (outcomes.length > 12) console.log(`                and ${outcomes.length - 12} outcomes more`);
  for (const { file, error } of found) console.log(`FOUND ${file}\n${error}`);
  totals.done += done;
  totals.kept += kept;
  totals.found += found.length;
}
console.log(
  `fuzz: ${count(totals.done)} inputs on ${names.length} targets, ${totals.kept} kept for what they reached, ${totals.found} findings`,
);
process.exitCode = totals.found > 0 ? 1 : 0;
