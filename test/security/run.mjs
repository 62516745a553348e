/*
 * npm run test:security [-- --write]: runs test/security with keys of 4096 bits, as Scaleway's (`npm test` runs it with
 * shorter ones), with --write after writing docs/security.md anew, and ends with a line that has the figures.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const given = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'test-security-'));
const results = join(folder, 'results.json');
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  'test/security',
  '--verbose=false',
  '--json',
  `--outputFile=${results}`,
  ...given.filter((argument) => argument !== '--write'),
];
const { status } = spawnSync(process.execPath, jest, {
  // jest tells its progress on stderr; what --json prints on stdout is in the file too.
  stdio: ['inherit', 'ignore', 'inherit'],
  env: { ...process.env, TEST_KEY_BITS: '4096', ...(given.includes('--write') ? { WRITE_SECURITY_PAGE: '1' } : {}) },
});

let figures = 'no results';
try {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
  const [, attacks, requests] = /(\d+) attacks in (\d+) requests/.exec(readFileSync('docs/security.md', 'utf8')) ?? [];
  figures = `${attacks} attacks in ${requests} requests on 2 platforms, with and without the cache; ${numPassedTests} tests passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
} finally {
  rmSync(folder, { recursive: true });
  console.log(`test:security: ${figures}`);
}
process.exitCode = status ?? 1;
