import { quantile } from '../../../scripts/tooling/statistics.mjs';

/** How many samples of latency and examples of failures are kept. */
const SAMPLES = 20_000;
const EXAMPLES = 5;

/** @typedef {import('./connection.mjs').Asked} Asked */

/** What the load has seen: per kind of request, and what was wrong about it. */
export class Tally {
  answered = 0;
  wrong = 0;
  crossTalk = 0;
  unanswered = 0;
  /** @type {Record<string, number>} */
  kinds = {};
  /** @type {string[]} */
  examples = [];
  #latencies = new Float64Array(SAMPLES);
  #jtis;

  /** @param {readonly import('./material.mjs').Caller[]} callers */
  constructor(callers) {
    this.#jtis = new Set(callers.map(({ jti }) => jti));
  }

  /**
   * Judges one answer; `asked` is what the request was made with.
   *
   * @param {Asked} asked
   * @param {import('./connection.mjs').Answer} answer
   */
  answer(asked, { status, challenge, jti }, now = Date.now()) {
    // A sample over everything that was answered, each latency equally likely to be in it.
    const at = this.answered < SAMPLES ? this.answered : Math.floor(Math.random() * this.answered);
    if (at < SAMPLES) this.#latencies[at] = now - asked.at;
    this.answered++;
    this.kinds[asked.kind] = (this.kinds[asked.kind] ?? 0) + 1;

    const { expect = [] } = asked;
    const ok = expect.some(
      (one) => one.status === status && one.jti === jti && (one.challenge === undefined || one.challenge === challenge),
    );
    if (ok && (asked.until === undefined || inTime(asked.at, asked.until, status, now))) return;
    const isAnothers = jti !== undefined && this.#jtis.has(jti) && expect.every((one) => one.jti !== jti);
    // Who should not have been let in at all is a wrong verdict, whoever it was taken for.
    if (isAnothers && expect.some((one) => one.status === 200)) this.crossTalk++;
    else this.wrong++;
    this.example(`${asked.kind}: answered with ${status} ${jti ?? challenge ?? ''}`);
  }

  /**
   * @param {{ kind: string }} asked
   * @param {string} why
   */
  lost(asked, why) {
    this.unanswered++;
    this.example(`${asked.kind}: unanswered, ${why}`);
  }

  /**
   * What the load itself has to do with: neither an answer nor a request that waits for one.
   *
   * @param {string} kind
   */
  note(kind) {
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
  }

  /** @param {string} text */
  example(text) {
    if (this.examples.length < EXAMPLES) this.examples.push(text);
  }

  result() {
    const taken = this.#latencies.subarray(0, Math.min(SAMPLES, this.answered));
    const latency = taken.length === 0 ? undefined : { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) };
    const { answered, wrong, crossTalk, unanswered, kinds, examples } = this;
    return { answered, wrong, crossTalk, unanswered, kinds, examples, latency };
  }
}

/**
 * Of a token that ends while it is in use: before its end it must be let in, afterwards it must not.
 *
 * @param {number} at
 * @param {number} until
 * @param {number} status
 * @param {number} now
 */
function inTime(at, until, status, now) {
  if (now < until) return status === 200;
  return at < until || status === 401;
}
