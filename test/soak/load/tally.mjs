import { quantile } from '../../../bench/harness/statistics.mjs';

/** How many samples of latency and examples of failures are kept. */
const SAMPLES = 20_000;
const EXAMPLES = 5;

/** What the load has seen: per kind of request, and what was wrong about it. */
export class Tally {
  answered = 0;
  wrong = 0;
  crossTalk = 0;
  unanswered = 0;
  kinds = {};
  examples = [];
  #latencies = new Float64Array(SAMPLES);
  #jtis;

  constructor(callers) {
    this.#jtis = new Set(callers.map(({ jti }) => jti));
  }

  /** Judges one answer; `asked` is what the request was made with. */
  answer(asked, { status, challenge, jti }, now = Date.now()) {
    // A sample over everything that was answered, each latency equally likely to be in it.
    const at = this.answered < SAMPLES ? this.answered : Math.floor(Math.random() * this.answered);
    if (at < SAMPLES) this.#latencies[at] = now - asked.at;
    this.answered++;
    this.kinds[asked.kind] = (this.kinds[asked.kind] ?? 0) + 1;

    const ok = asked.expect.some(
      (one) => one.status === status && one.jti === jti && (one.challenge === undefined || one.challenge === challenge),
    );
    if (ok && !(asked.until !== undefined && !inTime(asked, status, now))) return;
    const isAnothers = jti !== undefined && this.#jtis.has(jti) && asked.expect.every((one) => one.jti !== jti);
    // Who should not have been let in at all is a wrong verdict, whoever it was taken for.
    if (isAnothers && asked.expect.some((one) => one.status === 200)) this.crossTalk++;
    else this.wrong++;
    this.example(`${asked.kind}: answered with ${status} ${jti ?? challenge ?? ''}`);
  }

  lost(asked, why) {
    this.unanswered++;
    this.example(`${asked.kind}: unanswered, ${why}`);
  }

  /** What the load itself has to do with: neither an answer nor a request that waits for one. */
  note(kind) {
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
  }

  example(text) {
    if (this.examples.length < EXAMPLES) this.examples.push(text);
  }

  soFar() {
    const { answered, wrong, crossTalk, unanswered } = this;
    return { answered, wrong, crossTalk, unanswered };
  }

  result() {
    const taken = this.#latencies.subarray(0, Math.min(SAMPLES, this.answered));
    const latency = taken.length === 0 ? undefined : { p50: quantile(taken, 0.5), p99: quantile(taken, 0.99) };
    return { ...this.soFar(), kinds: this.kinds, examples: this.examples, latency };
  }
}

/** Of a token that ends while it is in use: before its end it must be let in, afterwards it must not. */
function inTime({ at, until }, status, now) {
  if (now < until) return status === 200;
  return at < until || status === 401;
}
