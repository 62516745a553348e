// npm run test:matrix [-- --short] [-- --only TEXT] [-- --folder FOLDER] [-- --docs]
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { application, twoCopies } from './kinds/application.mjs';
import { bundle } from './kinds/bundle.mjs';
import { runner } from './kinds/runner.mjs';
import { types } from './kinds/types.mjs';
import { progress as line } from '../../scripts/tooling/progress.mjs';
import { Progress } from './progress.mjs';
import { nameOf, rows } from './rows.mjs';
import { exclusionsOf, tablesOf } from './table.mjs';
import { Workshop } from './workshop.mjs';

/** @typedef {{ row: import('./rows.mjs').Row, state: 'passed' | 'failed' | 'excluded' }} Result */

const kinds = { application, bundle, runner, twoCopies, types };

const USAGE = `npm run test:matrix -- [options]

  --short          a handful of the most telling rows
  --only TEXT      the rows whose name contains TEXT
  --folder FOLDER  install into FOLDER, keep it, and use again what is installed there; for work on the matrix itself
  --docs           write the table into docs/compatibility.md`;

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean' },
    only: { type: 'string' },
    folder: { type: 'string' },
    docs: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const wanted = rows.filter(
  (row) =>
    (!options.short || row.short) &&
    nameOf(row)
      .toLowerCase()
      .includes((options.only ?? '').toLowerCase()),
);
if (wanted.length === 0) {
  console.error(`No row has "${options.only}" in its name.\n\n${USAGE}`);
  process.exit(2);
}

const progress = new Progress(wanted.length);
const workshop = new Workshop({ folder: options.folder, report: (what) => progress.show(what) });
// A folder of a gigabyte or two must not stay behind when somebody has seen enough.
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.once(signal, () => {
    workshop.close();
    process.exit(code);
  });

/** @type {Result[]} */
const results = [];
try {
  for (const row of wanted) results.push(await resultOf(row));
} finally {
  line();
  workshop.close();
}

const report = [tablesOf(results), exclusionsOf(results)].filter((part) => part !== '').join('\n\n');
if (options.docs) writeIntoDocs(report);
console.log(`${report}\n`);
/** @param {Result['state']} state */
const count = (state) => results.filter((result) => result.state === state).length;
console.log(`${count('passed')} rows passed, ${count('failed')} failed, ${count('excluded')} excluded`);
process.exitCode = count('failed') === 0 ? 0 : 1;

/**
 * @param {import('./rows.mjs').Row} row
 * @returns {Promise<Result>}
 */
async function resultOf(row) {
  progress.begin(nameOf(row));
  if (row.excluded !== undefined) return { row, state: 'excluded' };
  try {
    await kinds[row.kind](row, workshop);
    return { row, state: 'passed' };
  } catch (error) {
    progress.failed(nameOf(row), error);
    return { row, state: 'failed' };
  }
}

/** @param {string} text */
function writeIntoDocs(text) {
  const file = new URL('../../docs/compatibility.md', import.meta.url);
  const [head, , tail] = readFileSync(file, 'utf8').split(/^<!-- \/?matrix -->$/m);
  writeFileSync(file, `${head}<!-- matrix -->\n\n${text}\n\n<!-- /matrix -->${tail}`);
}
