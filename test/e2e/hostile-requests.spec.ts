import { randomBytes } from 'node:crypto';
import { platforms } from '../support/app.js';
import { base64url, jws, scalewayClaims, scalewayHeader, signParts, token } from '../support/issuer.js';
import { type HeaderLines, type Probe, startProbe } from '../support/probe.js';

/** What a header may carry over the wire: visible ASCII, blanks, tabs, and bytes from 0x80. */
function randomText(length: number): string {
  return String.fromCharCode(
    ...Array.from(randomBytes(length), (byte) => (byte < 0x20 || byte === 0x7f ? 0x2e : byte)),
  );
}

/** A genuine token with one character changed, put in or taken out. */
function damaged(): string {
  const text = token();
  const [where, what, how] = randomBytes(3) as unknown as [number, number, number];
  const at = Math.floor((where / 256) * text.length);
  const put = 'AZaz09-_.= +/,"{}'[what % 17]!;
  if (how % 3 === 0) return text.slice(0, at) + put + text.slice(at + 1);
  if (how % 3 === 1) return text.slice(0, at) + put + text.slice(at);
  return text.slice(0, at) + text.slice(at + 1);
}

const odd: [string, () => HeaderLines | string][] = [
  ['NUL in a claim', () => jws(scalewayHeader, '{"application_claim":[{"namespace_id":"\\u0000"}]}')],
  ['half a surrogate pair', () => token({ application_claim: [{ namespace_id: '\ud800' }], jti: '\udc00' })],
  [
    'a payload nested 2,000 deep',
    () => jws(scalewayHeader, `{"application_claim":${'['.repeat(2000)}${']'.repeat(2000)}}`),
  ],
  ['a header nested 2,000 deep', () => jws(`{"alg":"RS256","x":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}}`, '{}')],
  ['a payload with toString', () => token({ toString: 1, valueOf: null, constructor: {}, toJSON: 'x' })],
  [
    'a payload with hasOwnProperty',
    () => jws({ ...scalewayHeader, hasOwnProperty: 1 }, scalewayClaims({ hasOwnProperty: 1 })),
  ],
  ['numbers as keys', () => token({ 0: 1, length: 5, application_claim: [{ length: 1, 0: 1 }] })],
  ['an id of 3,000 characters', () => token({ application_claim: [{ namespace_id: 'a'.repeat(3000) }] })],
  ['a jti that is no text', () => token({ jti: { toString: 'x' }, iss: 'x' })],
  ['parts that are JSON text', () => [JSON.stringify(scalewayHeader), JSON.stringify(scalewayClaims()), 'x'].join('.')],
  ['parts that are dots and dashes', () => '-.-.-'],
  ['a long run of dots', () => '.'.repeat(8000)],
  ['a long run of commas', () => ','.repeat(8000)],
  ['a long run of quotes', () => '"'.repeat(8000)],
  ['many blanks between scheme and token', () => [['Authorization', `Bearer${' '.repeat(8000)}x`]]],
  ['many blanks and a token', () => [['Authorization', `${' '.repeat(4000)}Bearer${' '.repeat(4000)}x x`]]],
  ['many headers of one name', () => Array.from({ length: 400 }, (_, i): [string, string] => ['X-Auth-Token', `${i}`])],
  ['an empty payload, signed', () => signParts(base64url(scalewayHeader), base64url(''))],
];

describe.each(platforms)('whatever is sent is refused, and never a 500, on %s', (platform) => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await startProbe(platform);
  });
  afterAll(() => probe.close());

  it.each(odd)('%s', async (_name, send) => {
    const ends = await probe.ask(send());
    expect(ends === '200' || /^40[13] (?!unexpected)/.test(ends) ? 'fine' : ends).toBe('fine');
  });
  it('is still there afterwards', async () => {
    expect(await probe.ask(token())).toBe('200');
  });

  const sixty = Array.from({ length: 60 }, (_, i) => i);
  it.each(sixty)('random text %#', async (i) => {
    const text = randomText(20 + i * 5);
    expect(`${JSON.stringify(text)} ${await probe.ask(text)}`).toBe(`${JSON.stringify(text)} 401 malformed`);
  });
  it.each(sixty)('a token with one change %#', async () => {
    const sent = damaged();
    const ends = await probe.ask(sent);
    // Changing a character to itself is the one change that makes no difference.
    expect(`${sent} ${ends}`).toMatch(
      / 401 (malformed|bad_signature|unsupported_\w+|bad_claim|expired|not_yet_valid)$| 200$/,
    );
  });
});
