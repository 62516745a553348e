/* oxlint-disable unicorn/require-post-message-target-origin -- a thread's port, not a window's */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { loadInstrumented } from './instrument.mjs';
import { mutate, randomFrom } from './mutate.mjs';

/*
 * Fuzzes one target: takes an input of the corpus, changes it, runs it, and keeps it where it reached something new in
 * lib/, or a new outcome. The input that is running stands in shared memory, so that the one that hangs can be told.
 */

/** No input of 20 kilobytes at most may take longer; nearly all take microseconds. */
const SLOW_MS = 100;

/** Enough to work on: one fault shows in thousands of inputs. */
const MOST_FINDINGS = 20;

/**
 * @typedef {object} Report
 * @property {number} done inputs that were tried
 * @property {number} kept inputs that reached something new
 * @property {number} reached counters
 * @property {number} counters
 * @property {[outcome: string, times: number][]} outcomes the most frequent first
 * @property {{ file: string, error: string | undefined }[]} found
 *
 * @typedef {object} Target
 * @property {readonly string[]} files of lib/
 * @property {readonly string[]} words that its inputs are made of
 * @property {(exports: any) => (input: Buffer) => string} prepare gives the function that tries an input, and names its outcome
 * @property {(input: Buffer, change: (input: Buffer) => Buffer, random: import('./mutate.mjs').Random) => Buffer} [mutate]
 */

const { name, runs, seconds, seed, findings, shared } = workerData;
const current = new Uint8Array(shared);
/** @type {Target} */
const target = await import(`./targets/${name}.mjs`);
const { exports, counters } = await loadInstrumented(target.files);
const run = target.prepare(exports);
const random = randomFrom(seed);

const folder = new URL(`corpus/${name}/`, import.meta.url);
/** @type {Buffer[]} */
const corpus = readdirSync(folder)
  .toSorted()
  .map((file) => readFileSync(new URL(file, folder)));
/** @type {Map<string, number>} */
const outcomes = new Map();
/** @type {Report['found']} */
const found = [];
let done = 0;

/**
 * @param {Buffer} input
 * @param {unknown} error
 */
function record(input, error) {
  mkdirSync(findings, { recursive: true });
  const file = `${findings}/${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`;
  writeFileSync(file, input);
  found.push({ file, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

/**
 * Whether the input is worth keeping.
 *
 * @param {Buffer} input
 */
function attempt(input) {
  done++;
  const size = Math.min(input.length, current.length - 4);
  current.set(input.subarray(0, size), 4);
  new DataView(shared).setUint32(0, size);
  let outcome = '';
  let least = Number.POSITIVE_INFINITY;
  try {
    // What is slow is slow three times; a pause of the machine is not.
    for (let i = 0; i < 3 && least > SLOW_MS; i++) {
      const began = performance.now();
      outcome = run(input);
      least = Math.min(least, performance.now() - began);
    }
    if (least > SLOW_MS) throw new Error(`took ${Math.round(least)} ms`);
  } catch (error) {
    outcome = `found: ${String(error)}`;
    if (!outcomes.has(outcome)) record(input, error);
  }
  const isNew = !outcomes.has(outcome);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return counters.takeNew() || isNew;
}

counters.reset();
for (const input of corpus) attempt(input);
const given = corpus.length;
const end = performance.now() + seconds * 1000;
let reported = 0;

while (found.length < MOST_FINDINGS && done < runs && performance.now() < end) {
  const base = random.pick(corpus);
  const context = { random, words: target.words, others: corpus };
  /** @param {Buffer} input */
  const change = (input) => mutate(input, context);
  const input = target.mutate === undefined ? change(base) : target.mutate(base, change, random);
  if (attempt(input)) corpus.push(input);
  if (performance.now() - reported > 500) report();
}
report();

function report() {
  reported = performance.now();
  /** @type {Report} */
  const message = {
    done,
    kept: corpus.length - given,
    reached: counters.reached(),
    counters: counters.size,
    outcomes: [...outcomes].toSorted(([, a], [, b]) => b - a),
    found,
  };
  parentPort?.postMessage(message);
}
