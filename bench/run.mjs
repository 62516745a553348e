// npm run bench [-- --quick] [-- --only isolated,http]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const PARTS = ['isolated', 'http', 'startup', 'memory', 'flood', 'growth'];

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

prepare();
// Only now: these import what the preparation brings.
const { measure } = await import('./measure.mjs');
await measure({ parts: PARTS.filter((name) => only.includes(name)), quick: values.quick === true });

/** Builds the library, and installs the peers where they are missing. */
function prepare() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const here = fileURLToPath(new URL('.', import.meta.url));
  if (!existsSync(`${root}/node_modules/@nestjs/core`)) {
    console.error('The library has nothing installed yet. Run: npm ci');
    process.exit(2);
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = (command, args, cwd) => {
    const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status === 0) return;
    console.error(`${command} ${args.join(' ')} failed in ${cwd} (${error?.message ?? `exit code ${status}`}).`);
    process.exit(1);
  };
  if (!existsSync(`${here}/node_modules/fast-jwt`)) run(npm, ['ci'], here);
  run(process.execPath, ['scripts/build.mjs'], root);
}
