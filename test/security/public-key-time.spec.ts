import { readPublicKey } from '../../lib/container/public-key.js';

/* Found by the fuzzer: a run of backslashes in SCW_PUBLIC_KEY took time that grew with the square of its length. */

/** The least of several runs, in milliseconds: whatever else the machine does only adds. */
function leastTime(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    expect(typeof readPublicKey(text)).toBe('string');
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

it.each(['\\', '\\\\r', '\\r', '\\n', '"', "'", ' ', '\n', '-', '-----BEGIN ', '-----BEGIN A', 'A', '=', 'A='])(
  'reads a long run of %j at once',
  (text) => {
    const long = text.repeat(Math.floor(16_000 / text.length));
    for (const around of [long, `-----BEGIN PUBLIC KEY-----${long}-----END PUBLIC KEY-----`])
      expect(leastTime(around.slice(0, 16_384))).toBeLessThan(100);
  },
);
