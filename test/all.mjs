/*
 * npm run test:all [-- --after test]
 *
 * Every suite in turn, what is quick and tells most first; a failure does not stop the rest. `--after` leaves out the
 * suites up to the one named. Ends with the figures of each.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/** @type {[name: string, ...args: string[]][]} */
const SUITES = [
  ['test'],
  ['test:isolated'],
  ['test:security'],
  ['test:process'],
  ['test:redis'],
  ['test:browser'],
  ['fuzz', '--seconds', '10'],
  ['soak', '--seconds', '15'],
  // Last, since it needs the registry.
  ['test:package'],
];

const { values } = parseArgs({ options: { after: { type: 'string' } } });
const first = values.after === undefined ? 0 : SUITES.findIndex(([name]) => name === values.after) + 1;
if (values.after !== undefined && first === 0) {
  console.error(`There is no suite ${values.after}; there are ${SUITES.map(([name]) => name).join(', ')}.`);
  process.exit(2);
}

const began = performance.now();
/** @type {string[]} */
const lines = [];
for (const [name, ...args] of SUITES.slice(first)) {
  console.log(`\n== npm run ${[name, ...(args.length > 0 ? ['--', ...args] : [])].join(' ')}`);
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  const { code, last, seconds } = await run(name, args);
  if (code !== 0) process.exitCode = 1;
  lines.push(`${code === 0 ? 'passed' : 'FAILED'}  ${name} (${seconds} s): ${last.replace(`${name}: `, '')}`);
}
console.log(`\n${lines.join('\n')}`);
const failed = lines.filter((line) => line.startsWith('FAILED')).length;
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
console.log(`test:all: ${lines.length - failed} suites passed, ${failed} failed, ${minutes} minutes`);

/**
 * Shows what a suite prints, and keeps its last line.
 *
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, last: string, seconds: number }>}
 */
function run(name, args) {
  const start = performance.now();
  const child = spawn('npm', ['run', '--silent', name, '--', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let last = '';
  /**
   * @param {import('node:stream').Readable} stream
   * @param {NodeJS.WriteStream} out
   */
  const keep = (stream, out) =>
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      out.write(text);
      last =
        text
          .trimEnd()
          .split('\n')
          .findLast((line) => line.trim() !== '') ?? last;
    });
  keep(child.stdout, process.stdout);
  keep(child.stderr, process.stderr);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, last, seconds: Math.round((performance.now() - start) / 1000) }));
  });
}
