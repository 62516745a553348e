import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { canPin, Child } from '../scripts/tooling/child.mjs';
import { markdownTable } from '../scripts/tooling/format.mjs';
import { makeContainer } from '../scripts/tooling/keys.mjs';
import { machine, today } from '../scripts/tooling/machine.mjs';
import { progress } from '../scripts/tooling/progress.mjs';
import { targetsTable } from './targets.mjs';

/**
 * @typedef {object} Found what a part has found
 * @property {import('../scripts/tooling/format.mjs').Table[]} tables
 * @property {ReturnType<typeof import('./targets.mjs').target>[]} targets
 * @property {{ file: string, svg: string }[]} charts
 * @property {unknown} samples
 *
 * @typedef {{ quick: boolean }} Mode
 * @typedef {Omit<Found, 'charts'> & { part: string, quick: boolean, date: string, machine: string, seconds: number }} Saved
 */

/**
 * Of each part: how it is loaded. One part's modules should not be in the memory of another.
 *
 * @type {Record<string, () => Promise<(mode: Mode) => Promise<Found>>>}
 */
const LOADERS = {
  isolated: async () => (await import('./parts/isolated.mjs')).isolated,
  http: async () => (await import('./parts/http.mjs')).http,
  startup: async () => (await import('./parts/startup.mjs')).startup,
  'cold-start': async () => (await import('./parts/cold-start.mjs')).coldStart,
  memory: async () => (await import('./parts/memory.mjs')).memory,
  flood: async () => (await import('./parts/flood.mjs')).flood,
  growth: async () => (await import('./parts/growth.mjs')).growth,
};

/**
 * Runs the parts, prints what they found, and writes it into results/ (a quick run into results/quick/).
 *
 * @param {{ parts: readonly string[], quick: boolean }} options
 */
export async function measure({ parts, quick }) {
  // The parts collect garbage between rounds, so that none pays for another's.
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc');
  const folder = new URL(quick ? 'results/quick/' : 'results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  progress('making keys');
  await makeContainer();

  console.log(heading(quick));
  /** @type {Found['targets']} */
  const targets = [];
  try {
    for (const name of parts) {
      const started = Date.now();
      const load = LOADERS[name];
      if (load === undefined) throw new Error(`There is no part ${name}`);
      const { charts, ...found } = await (await load())({ quick });
      progress();
      const seconds = Math.round((Date.now() - started) / 1000);
      save(folder, { part: name, quick, date: today(), machine: machine(), seconds, ...found });
      for (const { file, svg } of charts) writeFileSync(new URL(file, folder), svg);
      targets.push(...found.targets);
      console.log(found.tables.map(markdownTable).join('\n'));
    }
  } finally {
    await Child.killAll();
  }
  console.log(targetsTable(targets));
  writeFileSync(new URL('report.md', folder), report(folder));
}

/**
 * @param {URL} folder
 * @param {Saved} saved
 */
function save(folder, saved) {
  // Samples to four digits: more is noise, and would be most of the file.
  const text = JSON.stringify(saved, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value));
  writeFileSync(new URL(`${saved.part}.json`, folder), `${text}\n`);
}

/**
 * The report of all parts that were ever measured there; parts can be run one by one.
 *
 * @param {URL} folder
 */
function report(folder) {
  const files = new Set(readdirSync(folder));
  /** @type {Saved[]} */
  const parts = Object.keys(LOADERS)
    .filter((name) => files.has(`${name}.json`))
    .map((name) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));
  const dates = [
    ...new Set(parts.map(({ date, machine: where, quick }) => `${date}, ${where}${quick ? ', quick' : ''}`)),
  ];
  return [
    '# What was measured',
    '',
    'Written by `npm run bench`; how to read it is in the README beside the benchmark.',
    '',
    ...dates.flatMap((line) => [line, '']),
    targetsTable(parts.flatMap(({ targets }) => targets)),
    ...parts.flatMap(({ tables }) => tables.map(markdownTable)),
  ].join('\n');
}

/** @param {boolean} quick */
function heading(quick) {
  const notes = [`${today()}, ${machine()}`];
  if (!canPin) notes.push('Servers are not pinned to a core (no taskset, or one core): figures over HTTP are coarser.');
  if (quick)
    notes.push('Quick mode: few rounds and scaled-down counts. It shows that things work; its figures are coarse.');
  return `${notes.join('\n\n')}\n`;
}
