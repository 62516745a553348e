/*
 * npm test                            all behaviour of the library, in-process: bundles of spec files
 * npm test -- test/guard/some.spec.ts a file or a folder alone; -t 'name' and jest's other options go on to jest
 * npm run test:isolated               the same files as `npm test`, each alone, and as many tests of each as there
 * npm run test:process                a suite of test/suites.js
 *
 * Builds first what needs the built package. Ends with a line that has the figures.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { filesOfSuite, inProcess, specFiles, suiteOf, suites } from './suites.js';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const [, , named = '', ...behind] = process.argv;
const isNamed = named === 'isolated' || Object.hasOwn(suites, named);
const given = isNamed ? behind : process.argv.slice(2);
const isPath = (/** @type {string} */ argument) => relative('', argument).startsWith('test/');
const paths = given.filter(isPath).map((argument) => relative('', argument));
const files = specFiles.filter((file) => paths.some((path) => file.startsWith(path)));

if (paths.length > 0 && files.length === 0) {
  console.error(`There is no test file in ${paths.join(', ')}.`);
  process.exitCode = 1;
} else if (named === 'isolated') process.exitCode = runIsolated();
else if (isNamed) process.exitCode = runFiles(`test:${named}`, filesOfSuite(named), given);
else if (files.length > 0)
  process.exitCode = runFiles(
    'test',
    files,
    given.filter((argument) => !isPath(argument)),
  );
else process.exitCode = runJest('test', ['--config', 'jest.bundles.config.js', ...given]);

/**
 * @param {string} name
 * @param {string[]} list
 * @param {string[]} options
 */
function runFiles(name, list, options) {
  if (list.some((file) => suiteOf(file) !== undefined)) build();
  return runJest(name, ['--runTestsByPath', ...list, ...options]);
}

/** Every file alone; and none may have another number of tests when it is alone than in a bundle. */
function runIsolated() {
  const folder = mkdtempSync(join(tmpdir(), 'test-isolated-'));
  const output = (/** @type {string} */ name) => ['--json', `--outputFile=${join(folder, name)}`];
  try {
    // No test has this name: all are listed, and none runs.
    runJest('', ['--config', 'jest.bundles.config.js', '-t', '\u0001', ...output('bundled')]);
    const status = runFiles('test:isolated', inProcess, [...given, ...output('alone')]);
    const [bundled, alone] = [countsIn(join(folder, 'bundled')), countsIn(join(folder, 'alone'))];
    const differing = inProcess
      .filter((file) => bundled[file] !== alone[file])
      .map((file) => `${file} has ${alone[file] ?? 0} tests alone and ${bundled[file] ?? 0} in its bundle`);
    if (differing.length > 0) console.error(`test:isolated: ${differing.join('; ')}`);
    return differing.length > 0 ? 1 : status;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * How many tests a file has. The title around the tests of a bundle is their file.
 *
 * @param {string} results of jest
 */
function countsIn(results) {
  /** @type {{ testResults: { name: string, assertionResults: { ancestorTitles: [string, ...string[]] }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { name, assertionResults } of testResults)
    for (const { ancestorTitles } of assertionResults) {
      const file = name.includes('/test/bundles/') ? ancestorTitles[0] : relative('', name);
      counts[file] = (counts[file] ?? 0) + 1;
    }
  return counts;
}

/**
 * @param {string} name what the figures begin with; nothing is shown without one
 * @param {string[]} options
 */
function runJest(name, options) {
  const reporters = ['default', '<rootDir>/test/support/figures.js'].flatMap((path) => ['--reporters', path]);
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const { status } = spawnSync(process.execPath, [...node, jest, ...(name === '' ? [] : reporters), ...options], {
    // What --json prints on stdout is in a file too.
    stdio: ['inherit', options.includes('--json') ? 'ignore' : 'inherit', name === '' ? 'ignore' : 'inherit'],
    env: { ...process.env, TEST_SUITE: name },
  });
  return status ?? 1;
}

function build() {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
