/** The value below which a share `p` of the sample lies, interpolated. */
export function quantile(sample, p) {
  const sorted = Float64Array.from(sample).toSorted();
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

export const median = (sample) => quantile(sample, 0.5);

/** Half of the distance between the quartiles: how far a single round lies from the median, typically. */
export const spread = (sample) => (quantile(sample, 0.75) - quantile(sample, 0.25)) / 2;

/**
 * How far off the median itself may be: half the width of its 95 % interval, by the bootstrap. The generator is seeded,
 * so that a report made again from the same samples says the same.
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
    median(Array.from(sample, () => sample[Math.floor(random() * sample.length)])),
  );
  return (quantile(medians, 0.975) - quantile(medians, 0.025)) / 2;
}

/** Element by element; the rounds of one run belong together, and what disturbs one disturbs its neighbours. */
export const difference = (one, other) => one.map((value, i) => value - other[i]);
export const ratio = (one, other) => one.map((value, i) => value / other[i]);

/**
 * What a run can resolve, from two things that are the same: how far apart their medians came out, or how uncertain that
 * distance is, whichever is larger. A target holds when it is met within this.
 */
export const resolution = (sameAgainstSame, ideal = 0) =>
  Math.max(Math.abs(median(sameAgainstSame) - ideal), uncertainty(sameAgainstSame));

/** Fisher and Yates; no contestant should always run after the same other one. */
export function shuffled(list) {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
