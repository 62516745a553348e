import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { canPin, Child } from './harness/child.mjs';
import { markdownTable, targetsTable } from './harness/format.mjs';
import { progress } from './harness/progress.mjs';
import { makeWorld } from './subject/keys.mjs';

/** Of each part: how it is loaded. One part's modules should not be in the memory of another. */
const LOADERS = {
  isolated: async () => (await import('./parts/isolated.mjs')).isolated,
  http: async () => (await import('./parts/http.mjs')).http,
  startup: async () => (await import('./parts/startup.mjs')).startup,
  memory: async () => (await import('./parts/memory.mjs')).memory,
  flood: async () => (await import('./parts/flood.mjs')).flood,
  growth: async () => (await import('./parts/growth.mjs')).growth,
};

/** Runs the parts, prints what they found, and writes it into results/ (a quick run into results/quick/). */
export async function measure({ parts, quick }) {
  // The parts collect garbage between rounds, so that none pays for another's.
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc');
  const folder = new URL(quick ? 'results/quick/' : 'results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  progress('making keys');
  await makeWorld();

  console.log(heading(quick));
  const targets = [];
  try {
    for (const name of parts) {
      const started = Date.now();
      const found = await (await LOADERS[name]())({ quick });
      progress();
      const seconds = Math.round((Date.now() - started) / 1000);
      save(folder, name, { part: name, quick, date: today(), machine: machine(), seconds, ...found });
      targets.push(...found.targets);
      console.log(found.tables.map(markdownTable).join('\n'));
    }
  } finally {
    await Child.endAll();
  }
  console.log(targetsTable(targets));
  writeFileSync(new URL('report.md', folder), report(folder));
}

function save(folder, name, { charts, ...found }) {
  // Samples to four digits: more is noise, and would be most of the file.
  const text = JSON.stringify(found, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value));
  writeFileSync(new URL(`${name}.json`, folder), `${text}\n`);
  for (const { file, svg } of charts) writeFileSync(new URL(file, folder), svg);
}

/** The report of all parts that were ever measured there; parts can be run one by one. */
function report(folder) {
  const files = new Set(readdirSync(folder));
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

const today = () => new Date().toISOString().slice(0, 10);

const machine = () =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${platform()} ${release()} ${arch()}, Node ${process.version}`;

function heading(quick) {
  const notes = [`${today()}, ${machine()}`];
  if (!canPin) notes.push('Servers are not pinned to a core (no taskset, or one core): figures over HTTP are coarser.');
  if (quick)
    notes.push('Quick mode: few rounds and scaled-down counts. It shows that things work; its figures are coarse.');
  return `${notes.join('\n\n')}\n`;
}
