// npm run bench [-- --quick] [-- --only isolated,http]
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildLibrary, runOrExit } from '../scripts/tooling/built-library.mjs';

const PARTS = ['isolated', 'http', 'startup', 'cold-start', 'memory', 'flood', 'growth'];

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } },
});
const only = values.only?.split(',') ?? PARTS;
const unknown = only.filter((name) => !PARTS.includes(name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no part ${unknown.join(', ')}.`);
  console.error(`npm run bench -- [--quick] [--only ${PARTS.join(',')}]`);
  process.exit(values.help ? 0 : 2);
}

const here = fileURLToPath(new URL('.', import.meta.url));
buildLibrary();
if (!existsSync(`${here}/node_modules/fast-jwt`))
  runOrExit(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci'], here);
// Only now: these import what was built and installed.
const { measure } = await import('./measure.mjs');
await measure({ parts: PARTS.filter((name) => only.includes(name)), quick: values.quick === true });
