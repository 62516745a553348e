import fc from 'fast-check';
import { type VerifiedToken, VerifiedTokenCache } from '../../lib/verification/verified-token-cache.js';

/**
 * What the cache must behave like: a Map, whose order is the order of use. A use counts once between two tokens that come in,
 * since nobody asks for the order until the second does.
 */
class Model {
  private readonly entries = new Map<string, VerifiedToken>();
  private readonly used = new Set<string>();
  constructor(private readonly size: number) {}
  get(token: string) {
    const found = this.entries.get(token);
    if (found !== undefined && !this.used.has(token)) this.put(token, found);
    return found;
  }
  set(token: string, verified: VerifiedToken) {
    if (this.size === 0) return;
    if (!this.entries.has(token) && this.entries.size === this.size)
      this.entries.delete(this.entries.keys().next().value!);
    this.used.clear();
    this.put(token, verified);
  }
  delete(token: string) {
    this.entries.delete(token);
  }
  private put(token: string, verified: VerifiedToken) {
    this.entries.delete(token);
    this.entries.set(token, verified);
    this.used.add(token);
  }
}

const verified = (name: string): VerifiedToken => ({
  claims: { name } as never,
  exp: undefined,
  nbf: undefined,
  iat: undefined,
});
// Tokens that differ at the end, as signatures do.
const tokenOf = (n: number) => `header.payload.${String(n).padStart(45, 'x')}`;

describe('the cache of verified tokens', () => {
  it('does what a Map in the order of use does', () => {
    const step = fc.tuple(fc.constantFrom('get', 'set', 'delete'), fc.nat(7));
    fc.assert(
      // Long enough for what was left in a wrong state to be come upon.
      fc.property(fc.nat(5), fc.array(step, { minLength: 20, maxLength: 200, size: 'max' }), (size, steps) => {
        const cache = new VerifiedTokenCache(size);
        const model = new Model(size);
        for (const [index, [action, n]] of steps.entries()) {
          const token = tokenOf(n);
          if (action === 'get') expect(cache.get(token)?.claims).toBe(model.get(token)?.claims);
          else if (action === 'delete') [cache, model].forEach((each) => each.delete(token));
          else {
            const value = verified(String(index));
            [cache, model].forEach((each) => each.set(token, value));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('makes room for many by what was used longest ago', () => {
    const cache = new VerifiedTokenCache(100);
    // Long enough for the Map inside to have grown and shrunk several times around its iterator.
    for (let n = 0; n < 10_000; n++) {
      cache.set(tokenOf(n), verified(String(n)));
      if (n >= 40) expect(cache.get(tokenOf(n - 40))).toBeDefined();
    }
    const kept = Array.from({ length: 10_000 }, (_, n) => n).filter((n) => cache.get(tokenOf(n)) !== undefined);
    expect(kept).toHaveLength(100);
    expect(kept.at(0)).toBe(9_900);
  });

  it('gives nothing for a token that only ends like a known one', () => {
    const cache = new VerifiedTokenCache(10);
    cache.set(tokenOf(1), verified('one'));
    expect(cache.get(tokenOf(1).replace('payload', 'PAYLOAD'))).toBeUndefined();
    expect(cache.get(tokenOf(1))).toBeDefined();
  });

  it('keeps one of two tokens that end alike, and never takes one for the other', () => {
    const cache = new VerifiedTokenCache(10);
    const other = tokenOf(1).replace('payload', 'PAYLOAD');
    cache.set(tokenOf(1), verified('one'));
    cache.set(other, verified('other'));
    expect(cache.get(tokenOf(1))).toBeUndefined();
    expect(cache.get(other)?.claims).toEqual({ name: 'other' });
  });
});
