/**
 * @typedef {object} Random
 * @property {(n: number) => number} below
 * @property {<T>(list: readonly T[]) => T} pick
 *
 * @typedef {object} Context
 * @property {Random} random
 * @property {readonly string[]} words
 * @property {readonly Buffer[]} others
 */

/**
 * A generator of random numbers that a seed repeats (mulberry32).
 *
 * @param {number} seed
 * @returns {Random}
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  /** @param {number} n */
  const below = (n) => next() % n;
  return { below, pick: (list) => /** @type {any} */ (list[below(list.length)]) };
}

const EDGES = [0, 1, 0x20, 0x2d, 0x2e, 0x3d, 0x41, 0x7f, 0x80, 0xc0, 0xff];
const MAXIMUM = 20_000;

/**
 * One to four changes of an input: of bits and bytes, of ranges, by words that the target knows, with another input.
 *
 * @param {Buffer} input
 * @param {Context} context
 */
export function mutate(input, context) {
  let bytes = Buffer.from(input);
  for (let changes = 1 + context.random.below(4); changes > 0; changes--) bytes = change(bytes, context);
  return bytes.subarray(0, MAXIMUM);
}

/**
 * @param {Buffer<ArrayBuffer>} bytes
 * @param {Context} context
 */
function change(bytes, { random, words, others }) {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(64, bytes.length - at + 1));
  /** @param {Buffer} middle */
  const around = (middle, skip = 0) => Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + skip)]);
  switch (random.below(9)) {
    case 0:
      if (at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.pick(EDGES);
      return bytes;
    case 2:
      return around(Buffer.from([random.below(256)]));
    case 3:
      return around(Buffer.alloc(0), length);
    case 4:
      return around(bytes.subarray(at, at + length));
    case 5:
      return around(Buffer.from(random.pick(words), 'latin1'));
    case 6:
      return around(Buffer.from(random.pick(words), 'latin1'), length);
    case 7: {
      const other = random.pick(others);
      const from = random.below(other.length + 1);
      return around(other.subarray(from, from + random.below(200)), length);
    }
    default:
      return around(Buffer.alloc(1 + random.below(random.below(20) === 0 ? 9000 : 40), bytes[at] ?? 0x20));
  }
}
