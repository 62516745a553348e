/** @typedef {ArrayLike<number> & Iterable<number>} Sample */

/**
 * The value below which a share `p` of the sample lies, interpolated; NaN for an empty sample.
 *
 * @param {Sample} sample
 * @param {number} p
 */
export function quantile(sample, p) {
  const sorted = Float64Array.from(sample).toSorted();
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  const [below = NaN, above = NaN] = [sorted[low], sorted[high]];
  return below + (above - below) * (at - low);
}

/** @param {Sample} sample */
export const median = (sample) => quantile(sample, 0.5);

/**
 * Half of the distance between the quartiles: how far a single round lies from the median, typically.
 *
 * @param {Sample} sample
 */
export const spread = (sample) => (quantile(sample, 0.75) - quantile(sample, 0.25)) / 2;

/**
 * How far off the median itself may be: half the width of its 95 % interval, by the bootstrap. The generator is seeded,
 * so that a report made again from the same samples says the same.
 *
 * @param {Sample} sample
 */
export function uncertainty(sample, draws = 400) {
  let state = 0x2545f491;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const medians = Array.from({ length: draws }, () =>
    median(Array.from(sample, () => sample[Math.floor(random() * sample.length)] ?? NaN)),
  );
  return (quantile(medians, 0.975) - quantile(medians, 0.025)) / 2;
}

/**
 * Element by element; the rounds of one run belong together, and what disturbs one disturbs its neighbours.
 *
 * @param {readonly number[]} one
 * @param {readonly number[]} other
 */
export const difference = (one, other) => one.map((value, i) => value - (other[i] ?? NaN));

/**
 * @param {readonly number[]} one
 * @param {readonly number[]} other
 */
export const ratio = (one, other) => one.map((value, i) => value / (other[i] ?? NaN));

/**
 * What a run can resolve, from two things that are the same: how far apart their medians came out, or how uncertain that
 * distance is, whichever is larger. A target holds when it is met within this.
 *
 * @param {Sample} sameAgainstSame
 */
export const resolution = (sameAgainstSame, ideal = 0) =>
  Math.max(Math.abs(median(sameAgainstSame) - ideal), uncertainty(sameAgainstSame));

/**
 * Fisher and Yates; no contestant should always run after the same other one.
 *
 * @template T
 * @param {readonly T[]} list
 * @returns {T[]}
 */
export function shuffled(list) {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [/** @type {T} */ (result[j]), /** @type {T} */ (result[i])];
  }
  return result;
}

/**
 * One of a list at random.
 *
 * @template T
 * @param {readonly T[]} list
 */
export const pick = (list) => /** @type {T} */ (list[Math.floor(Math.random() * list.length)]);

/**
 * How much values grow over the second part of the samples, by Theil and Sen: the median of the slopes between all pairs
 * of points, which no single outlier moves. Infinite where there are too few to tell.
 *
 * @param {readonly (readonly [at: number, value: number])[]} samples
 */
export function growth(samples) {
  const second = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [second[0], second.at(-1)];
  if (first === undefined || last === undefined || first === last) return Infinity;
  const slopes = second.flatMap(([x0, y0], i) => second.slice(i + 1).map(([x1, y1]) => (y1 - y0) / (x1 - x0)));
  return median(slopes) * (last[0] - first[0]);
}
