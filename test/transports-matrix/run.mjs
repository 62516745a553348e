// npm run test:transports [-- --only TEXT] [-- --nest 10] [-- --write]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { start } from '../matrix/process.mjs';
import { install, programNames } from './installation.mjs';
import { tableOf } from './table.mjs';

/**
 * @typedef {{ case: string, expected: string, got: string }} Case
 * @typedef {{ nest: number, platform: string, shape: string, cases: Case[] }} Result
 */

const USAGE = `npm run test:transports -- [options]

  --only TEXT      the programs whose name contains TEXT
  --nest 10        one version of Nest; several times for several
  --platform NAME  express or fastify
  --write          write the table into docs/compatibility.md

What was installed is kept in the folder for temporary files, and used again.`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    nest: { type: 'string', multiple: true, default: ['10', '11', '12'] },
    platform: { type: 'string', multiple: true, default: ['express', 'fastify'] },
    write: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}

const names = programNames().filter((name) => name.includes(options.only));
/** @type {Result[]} */
const results = [];
let done = 0;
for (const nest of options.nest) {
  const folder = await install(/** @type {10} */ (Number(nest)), (what) => console.error(what));
  for (const platform of options.platform)
    for (const name of names) {
      const began = Date.now();
      const ended = await runProgram(folder, name, nest, platform);
      results.push(...ended);
      done++;
      const wrong = ended.flatMap(wrongOf);
      const count = ended.reduce((sum, { cases }) => sum + cases.length, 0);
      console.error(
        `[${done}/${names.length * options.nest.length * options.platform.length}] Nest ${nest}, ${platform}, ${name}: ` +
          `${count} requests, ${wrong.length} wrong, ${((Date.now() - began) / 1000).toFixed(1)} s`,
      );
      for (const { case: what, expected, got } of wrong.slice(0, 20))
        console.error(`  WRONG ${what}: expected ${expected}, got ${got}`);
    }
}

const table = tableOf(results);
if (options.write) writeIntoDocs(table);
console.log(`${table}\n`);
const total = results.reduce((sum, { cases }) => sum + cases.length, 0);
const wrong = results.flatMap(wrongOf).length;
console.log(`${total} requests to ${new Set(results.map(({ shape }) => shape)).size} shapes, ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} nest
 * @param {string} platform
 * @returns {Promise<Result[]>}
 */
async function runProgram(folder, name, nest, platform) {
  const env = { NEST_MAJOR: nest };
  const { code, signal, output } = await start(process.execPath, [join(folder, `${name}.mjs`), platform], {
    cwd: folder,
    env,
    limit: 180_000,
  }).finished;
  const shapes = output.split('\n').filter((line) => line.startsWith('{"shape":'));
  const read = shapes.map((line) => ({ nest: Number(nest), platform, ...JSON.parse(line) }));
  if (code === 0 && read.length > 0) return read;
  const got = `ended with ${signal ?? code}\n${output.slice(-3000)}`;
  const cases = [{ case: 'the process', expected: 'ends with 0', got }];
  return [...read, { nest: Number(nest), platform, shape: name, cases }];
}

/** @param {Result} result */
function wrongOf({ cases }) {
  return cases.filter(({ expected, got }) => expected !== got);
}

/** @param {string} text */
function writeIntoDocs(text) {
  const file = new URL('../../docs/compatibility.md', import.meta.url);
  const [head, , tail] = readFileSync(file, 'utf8').split(/^<!-- \/?transports -->$/m);
  writeFileSync(file, `${head}<!-- transports -->\n\n${text}\n\n<!-- /transports -->${tail}`);
}
