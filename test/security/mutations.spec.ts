import fc from 'fast-check';
import { scalewayClaims } from '../support/issuer.js';
import { ended, newVerifier, present, signed } from './verifier.js';

/* No change of a valid token is let in; a change that leaves it as it was is no change. */

const token = signed(scalewayClaims());
const CHARACTERS = 'ABCxyz019-_.=+/ \t,;:"\'%&?#!~\u0000\u007f\u00a0\u00ff';

const verifiers = [
  ['with the cache', newVerifier()],
  ['without a cache', newVerifier({ cacheSize: 0 })],
] as const;

describe.each(verifiers)('a changed token, %s', (_name, verifier) => {
  const end = (text: string) => ended(verifier.verifySync(present(text)));
  beforeAll(() => expect(end(token)).toBe('200'));
  afterAll(() => expect(end(token)).toBe('200'));

  it('with any bit of any part flipped, one at a time', () => {
    const letIn: string[] = [];
    let tried = 0;
    token.split('.').forEach((part, at, all) => {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        if (end(all.with(at, changed.toString('base64url')).join('.')) === '200') letIn.push(`part ${at}, bit ${bit}`);
        tried++;
      }
    });
    expect(letIn).toEqual([]);
    expect(tried).toBeGreaterThan(4000);
  });

  it('with any bit of its text flipped, and with any character left out or doubled', () => {
    const letIn: string[] = [];
    for (let i = 0; i < token.length; i++) {
      const [before, letter, after] = [token.slice(0, i), token[i]!, token.slice(i + 1)];
      const changed = Array.from({ length: 8 }, (_, bit) => String.fromCharCode(letter.charCodeAt(0) ^ (1 << bit)));
      for (const other of [...changed, '', letter + letter])
        if (end(before + other + after) === '200') letIn.push(`${i}: ${JSON.stringify(other)}`);
    }
    expect(letIn).toEqual([]);
  });

  it('with any number of edits', () => {
    const edit = fc.record({
      at: fc.nat(token.length),
      remove: fc.nat(3),
      insert: fc.string({ unit: fc.constantFrom(...CHARACTERS.split('')), maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const changed = edits.reduce(
          (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
          token,
        );
        const same = changed.replace(/^[ \t]+|[ \t]+$/g, '') === token;
        return (end(changed) === '200') === same;
      }),
      { numRuns: 5000 },
    );
  });

  it('with pieces of it in another order', () => {
    const cuts = fc.uniqueArray(fc.nat(token.length), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cuts, fc.nat(), (places, seed) => {
        const bounds = [0, ...places.toSorted((a, b) => a - b), token.length];
        const pieces = bounds.slice(1).map((to, i) => token.slice(bounds[i], to));
        const shuffled = pieces.map((_, i) => pieces[(i * 7 + seed) % pieces.length]!).join('');
        return (end(shuffled) === '200') === (shuffled === token);
      }),
      { numRuns: 2000 },
    );
  });
});
