// `npm run test:redis`: the suite `redis` of test/suites.js, on real servers. `-- --faults` breaks things under three replicas
// and writes docs/revocation-faults.md; `-- --scale` measures and writes docs/revocation-scale.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const RUNS = {
  '--faults': ['--config', 'test/redis/faults/jest.config.js', '--runInBand'],
  '--scale': ['--config', 'test/redis/scale/jest.config.js', '--runInBand'],
};

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const [what, ...rest] = process.argv.slice(2);
const args = what === undefined ? ['test/run.mjs', 'redis'] : [...JEST, ...(RUNS[what] ?? usage()), ...rest];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;

function usage() {
  console.error('Usage: npm run test:redis [-- --faults | --scale]');
  process.exit(2);
}
