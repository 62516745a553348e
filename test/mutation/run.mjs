/*
 * npm run mutation [-- --mutate lib/verification/token-times.ts]
 *
 * Changes the core in one place at a time (Stryker) and asks the tests whether they notice. Ends with a line that has the
 * figures, and with exit code 1 when the score is below 97 % or a mutant survived that survivors.mjs does not explain.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import makeKeys from '../support/make-keys.js';
import { explanationOf } from './survivors.mjs';

const LEAST_SCORE = 97;
/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// Stryker needs Node 22 or newer, and jest runs in the same process.
if (!existsSync(here('node_modules'))) run('npm', ['ci', '--no-audit', '--no-fund'], here('.'));
// Made once, for the hundreds of runs of jest.
await makeKeys();
// None of the core depends on the platform.
process.env.TEST_PLATFORM = 'fastify';

const progress = process.stdout.isTTY ? 'progress' : 'progress-append-only';
const stryker = [here('node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', here('stryker.config.mjs')];
const incremental = ['--incrementalFile', here(`results/incremental-${hashOfTests()}.json`)];
const options = ['--reporters', `${progress},json`, ...incremental, ...process.argv.slice(2)];
if (run(here('node_modules/.bin/node'), [...stryker, ...options], here('../..')) !== 0) process.exit(1);

/**
 * @typedef {{ line: number, column: number }} Position
 *
 * @typedef {object} Mutant as Stryker reports it
 * @property {string} status
 * @property {string} mutatorName
 * @property {string} replacement
 * @property {{ start: Position, end: Position }} location
 */

/** @type {{ files: Record<string, { source: string, mutants: Mutant[] }> }} */
const { files } = JSON.parse(readFileSync(here('results/mutation.json'), 'utf8'));
const mutants = Object.entries(files).flatMap(([file, { source, mutants: its }]) =>
  its.map((mutant) => ({ ...mutant, file, original: textAt(source, mutant.location) })),
);
/** @param {string[]} statuses */
const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
const killed = count('Killed', 'Timeout');
const survivors = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
const score = (100 * killed) / (killed + survivors.length);

let unexplained = 0;
for (const { file, location, original, replacement, mutatorName, ...rest } of survivors) {
  const why = explanationOf({ file, original, replacement, mutatorName });
  if (why !== undefined) continue;
  unexplained++;
  console.log(
    `${file}:${location.start.line} ${mutatorName} (${rest.status}): ${brief(original)} -> ${brief(replacement)}`,
  );
}
console.log(
  `mutation: ${mutants.length} mutants of the core, ${killed} killed, ${survivors.length} survived, of which ${unexplained} are not explained; score ${score.toFixed(1)} %`,
);
if (score < LEAST_SCORE || unexplained > 0) process.exitCode = 1;

/** Of all that decides whether a mutant is noticed, beside the core. */
function hashOfTests() {
  const hash = createHash('sha256');
  for (const path of readdirSync(here('..'), { recursive: true, encoding: 'utf8' }).toSorted())
    if (/\.(?:[cm]?js|ts|proto)$/.test(path) && !/node_modules|\.sandbox/.test(path))
      hash.update(path).update(readFileSync(here(`../${path}`)));
  return hash
    .update(readFileSync(here('../../package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd) {
  return spawnSync(command, args, { cwd, stdio: 'inherit', env: process.env }).status;
}

/**
 * What a mutant has replaced; lines and columns count from 1.
 *
 * @param {string} source
 * @param {Mutant['location']} location
 */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return lines.join('\n');
}

/** @param {string} text */
function brief(text) {
  return text.replace(/\s+/g, ' ').slice(0, 100);
}
