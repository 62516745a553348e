import { monitorEventLoopDelay } from 'node:perf_hooks';

const MILLISECOND = 1e6;

/** How the process is: memory, now and then after a collection, and how late its event loop comes. */
export class Vitals {
  #second = monitorEventLoopDelay({ resolution: 10 });
  #whole = monitorEventLoopDelay({ resolution: 10 });
  #taken = 0;

  /** @param {number} collectEvery at every how manieth sample garbage is collected first */
  constructor(collectEvery) {
    this.collectEvery = collectEvery;
    this.#second.enable();
    this.#whole.enable();
  }

  take() {
    const collected = ++this.#taken % this.collectEvery === 0;
    if (collected) globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const delay = delayOf(this.#second);
    this.#second.reset();
    // Buffers live outside of the heap, but are held by it.
    return { at: Date.now() / 1000, rss, heap: heapUsed + external, collected, delay };
  }

  /** Of the whole life of this process. */
  wholeDelay() {
    return delayOf(this.#whole);
  }
}

/**
 * A second without a sample is one in which the loop never came round; its length shows in the next.
 *
 * @param {import('node:perf_hooks').IntervalHistogram} histogram
 */
function delayOf(histogram) {
  if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
  return {
    p50: histogram.percentile(50) / MILLISECOND,
    p99: histogram.percentile(99) / MILLISECOND,
    max: histogram.max / MILLISECOND,
  };
}
