import { parseToken } from '../../lib/verification/jws.js';
import { TokenExtractor } from '../../lib/request/token-extractor.js';

/** The least of several runs, in milliseconds: whatever else the machine does only adds. */
function leastTime(run: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const began = performance.now();
    run();
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

/*
 * passport-jwt's extractor takes 151 ms for a header of 16 KB, and four times as long for twice as much. Where time is
 * linear, sixteen times the length takes about sixteen times as long; where it is quadratic, 256 times.
 */
const SHORT = 40_000;
const TIMES = 16;

const extractor = new TokenExtractor(['x-auth-token', 'authorization'], Number.MAX_SAFE_INTEGER);
const readHeader = (name: string) => (text: string) =>
  extractor.extract({ headers: { [name]: text }, rawHeaders: [name, text] });
const joined = (text: string) => extractor.extract({ headers: { 'x-auth-token': text } });

const cases: [string, (text: string) => unknown, (length: number) => string][] = [
  ['a long token', readHeader('x-auth-token'), (n) => 'a'.repeat(n)],
  ['blanks alone', readHeader('x-auth-token'), (n) => ' '.repeat(n)],
  ['blanks around', readHeader('x-auth-token'), (n) => `${' '.repeat(n / 2)}a${'\t'.repeat(n / 2)}`],
  ['blanks between', readHeader('x-auth-token'), (n) => `a${' '.repeat(n)}a`],
  ['Bearer and blanks', readHeader('authorization'), (n) => `Bearer${' '.repeat(n)}`],
  ['Bearer, blanks and a token', readHeader('authorization'), (n) => `Bearer${' '.repeat(n)}a`],
  ['blanks before another scheme', readHeader('authorization'), (n) => `${' '.repeat(n)}Basic a`],
  ['Bearer many times', readHeader('authorization'), (n) => 'Bearer '.repeat(n / 7)],
  ['commas', joined, (n) => ','.repeat(n)],
  ['digits of a UUID', readHeader('x-auth-token'), (n) => '0'.repeat(n)],
  ['UUIDs in a row', readHeader('x-auth-token'), (n) => '00000000-0000-0000-0000-000000000000'.repeat(n / 36)],
  ['a token without dots', parseToken, (n) => 'a'.repeat(n)],
  ['dots alone', parseToken, (n) => '.'.repeat(n)],
  [
    'three long parts and a stray character',
    parseToken,
    (n) => `${'a'.repeat(n / 3)}.${'a'.repeat(n / 3)}.${'a'.repeat(n / 3)}!`,
  ],
  ['parts of one character', parseToken, (n) => 'a.'.repeat(n / 2)],
  ['a long header', parseToken, (n) => `${'A'.repeat(n)}.AAAA.AAAA`],
  ['a deep header', parseToken, (n) => `${Buffer.from('['.repeat((n * 3) / 4)).toString('base64url')}.AAAA.AAAA`],
];

it.each(cases)('takes time linear in the length: %s', (_name, run, make) => {
  const short = make(SHORT);
  const long = make(SHORT * TIMES);
  expect(long.length).toBeGreaterThan(short.length * (TIMES - 1));
  // A fifth of a millisecond, so that a timer's grain is no ratio.
  const ratio = () => (leastTime(() => run(long)) + 0.2) / (leastTime(() => run(short)) + 0.2);
  // A machine that is busy for a moment is asked again; where time is quadratic, no attempt is this quick.
  let least = ratio();
  for (let attempts = 1; attempts < 4 && least >= TIMES * 5; attempts++) least = Math.min(least, ratio());
  expect(least).toBeLessThan(TIMES * 5);
});

it('does not look at a token that is too long', () => {
  const read = new TokenExtractor(['x-auth-token'], 8192).extract({ headers: { 'x-auth-token': 'a,'.repeat(5000) } });
  expect(read.reason).toBe('too_long');
});
