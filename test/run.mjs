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
const known = ['isolated', ...Object.keys(suites)];
const [suite, given] = known.includes(process.argv[2])
  ? [process.argv[2], process.argv.slice(3)]
  : ['test', process.argv.slice(2)];
const paths = given.map((argument) => relative('', argument)).filter((path) => path.startsWith('test/'));
const files = specFiles.filter((file) => paths.some((path) => file.startsWith(path)));
if (paths.length > 0 && files.length === 0) {
  console.error(`There is no test file in ${paths.join(', ')}.`);
  process.exit(1);
}

if (suite === 'isolated') process.exitCode = runIsolated();
else if (files.length > 0)
  process.exitCode = runFiles(
    'test',
    files,
    given.filter((argument) => !paths.includes(relative('', argument))),
  );
else if (suite === 'test') process.exitCode = runJest('test', ['--config', 'jest.bundles.config.js', ...given]);
else process.exitCode = runFiles(suite, filesOfSuite(suite), given);

function runFiles(name, list, options) {
  if (list.some((file) => suiteOf(file) !== undefined)) build();
  return runJest(name, ['--runTestsByPath', ...list, ...options]);
}

/** Every file alone; and none may have another number of tests when it is alone than in a bundle. */
function runIsolated() {
  const folder = mkdtempSync(join(tmpdir(), 'test-isolated-'));
  const results = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).testResults;
  try {
    const output = (name) => ['--json', `--outputFile=${join(folder, name)}`];
    // No test has this name: all are listed, and none runs.
    runJest(undefined, ['--config', 'jest.bundles.config.js', '-t', '\u0000', ...output('bundled')], 'ignore');
    const status = runFiles('test:isolated', inProcess, [...given, ...output('alone')]);
    const bundled = {};
    for (const { ancestorTitles } of results('bundled').flatMap(({ assertionResults }) => assertionResults))
      bundled[ancestorTitles[0]] = (bundled[ancestorTitles[0]] ?? 0) + 1;
    const differ = results('alone')
      .map(({ name, assertionResults }) => [relative('', name), assertionResults.length])
      .filter(([file, count]) => bundled[file] !== count)
      .map(([file, count]) => `${file} has ${count} tests alone and ${bundled[file] ?? 0} in its bundle`);
    console.log(
      differ.length === 0
        ? `test:isolated: every file has as many tests alone as in its bundle, ${inProcess.length} files`
        : `test:isolated: ${differ.join('; ')}`,
    );
    return differ.length === 0 ? status : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runJest(name, options, stdout = 'inherit') {
  const reporters =
    name === undefined ? [] : ['--reporters', 'default', '--reporters', '<rootDir>/test/support/figures.js'];
  const { status } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...reporters, ...options],
    // What --json prints on stdout is in a file too.
    {
      stdio: ['inherit', options.includes('--json') ? 'ignore' : stdout, name === undefined ? 'ignore' : 'inherit'],
      env: { ...process.env, TEST_SUITE: name ?? '' },
    },
  );
  return status ?? 1;
}

function build() {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
