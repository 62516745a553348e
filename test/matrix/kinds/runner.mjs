import { join } from 'node:path';
import { run } from '../process.mjs';
import { COMPILER_OPTIONS, writeJson } from '../workshop.mjs';

/**
 * A user's own test file with `nestjs-scaleway-auth/testing`.
 *
 * @param {import('../rows.mjs').Row} row
 * @param {import('../workshop.mjs').Workshop} workshop
 */
export async function runner({ nest, runner: name, modules, node }, workshop) {
  // vitest 5 does not run on Node 20.
  const layout = name === 'vitest' && node === 20 ? 'full/vitest-4' : 'full';
  if (layout !== 'full') await workshop.layout('full', nest);
  const folder = await workshop.sources(layout, nest, modules, `tests-${name}-${modules.toLowerCase()}`);
  const module = modules === 'ESM' ? 'esnext' : 'commonjs';
  writeJson(join(folder, 'tsconfig.json'), {
    compilerOptions: { ...COMPILER_OPTIONS, module, moduleResolution: 'bundler' },
  });
  const args = name === 'vitest' ? vitest() : jest(folder, { nest, modules });
  const output = await run(await workshop.node(node), args, { cwd: folder, limit: 120_000 });
  if (!/Tests:? +4 passed/.test(output)) throw new Error(`Not all four tests ran\n${output}`);
}

function vitest() {
  return ['../node_modules/vitest/vitest.mjs', 'run', '--globals', '--pool=forks', '--maxWorkers=1'];
}

/**
 * @param {string} folder
 * @param {Pick<import('../rows.mjs').Row, 'nest' | 'modules'>} row
 */
function jest(folder, { nest, modules }) {
  const esm = modules === 'ESM';
  writeJson(join(folder, 'jest.config.json'), {
    testEnvironment: 'node',
    testRegex: 'user\\.test\\.ts$',
    cacheDirectory: '<rootDir>/cache',
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    transform: { '^.+\\.ts$': ['ts-jest', { useESM: esm }] },
    ...(esm ? { extensionsToTreatAsEsm: ['.ts'] } : {}),
  });
  // Nest 12 is ES modules, also where the user's tests are not.
  const flags = esm || nest === 12 ? ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] : [];
  return [...flags, '../node_modules/jest/bin/jest.js', '--runInBand', '--config', 'jest.config.json'];
}
