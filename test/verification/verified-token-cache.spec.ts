import fc from 'fast-check';
import { type VerifiedToken, VerifiedTokenCache } from '../../lib/verification/verified-token-cache.js';

/** What the cache must remember: the `size` tokens that were used last. What it may remember: as many again. */
class Model {
  /** In the order of use. */
  private used: string[] = [];
  readonly added = new Map<string, VerifiedToken>();
  constructor(private readonly size: number) {}
  mustKnow(token: string): boolean {
    return this.used.slice(-this.size).includes(token) && this.size > 0;
  }
  use(token: string) {
    this.used = [...this.used.filter((each) => each !== token), token];
  }
  add(verified: VerifiedToken) {
    this.added.set(verified.token, verified);
    this.use(verified.token);
  }
  delete(token: string) {
    // Its place stays taken: what was dropped for it does not come back.
    this.used = this.used.map((each) => (each === token ? 'deleted' : each));
    this.added.delete(token);
  }
}

const verified = (token: string, name: string, exp?: number): VerifiedToken => ({
  token,
  claims: { name } as never,
  times: { exp, nbf: undefined, iat: undefined },
});
// Tokens that differ at the end, as signatures do.
const tokenOf = (n: number) => `header.payload.${String(n).padStart(45, 'x')}`;

describe('the cache of verified tokens', () => {
  it('remembers the tokens that were used last, and never gives what was not added', () => {
    const step = fc.tuple(fc.constantFrom('get', 'add', 'delete'), fc.nat(7));
    fc.assert(
      // Long enough for what was left in a wrong state to be come upon.
      fc.property(fc.nat(5), fc.array(step, { minLength: 20, maxLength: 200, size: 'max' }), (size, steps) => {
        const cache = new VerifiedTokenCache(size);
        const model = new Model(size);
        for (const [index, [action, n]] of steps.entries()) {
          const token = tokenOf(n);
          if (action === 'delete') [cache, model].forEach((each) => each.delete(token));
          else if (action === 'add') {
            const value = verified(token, String(index));
            [cache, model].forEach((each) => each.add(value));
          } else {
            const got = cache.get(token);
            if (got === undefined) expect(model.mustKnow(token)).toBe(false);
            else {
              expect(got).toEqual(model.added.get(token));
              model.use(token);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('remembers at most twice as many as asked, however many come', () => {
    const cache = new VerifiedTokenCache(100);
    for (let n = 0; n < 10_000; n++) {
      cache.add(verified(tokenOf(n), String(n)));
      if (n >= 40) expect(cache.get(tokenOf(n - 40))).toBeDefined();
    }
    // From the latest on, so that looking does not make room.
    const known = Array.from({ length: 10_000 }, (_, n) => 9_999 - n).filter(
      (n) => cache.get(tokenOf(n)) !== undefined,
    );
    expect(known.length).toBeGreaterThanOrEqual(100);
    expect(known.length).toBeLessThanOrEqual(200);
    expect(known.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => 9_999 - n));
  });

  it('remembers nothing with size 0', () => {
    const cache = new VerifiedTokenCache(0);
    cache.add(verified(tokenOf(1), 'one'));
    expect(cache.get(tokenOf(1))).toBeUndefined();
  });

  it('removes what has expired, at most once a minute, wherever the clock jumps', () => {
    const cache = new VerifiedTokenCache(4);
    const start = 1_800_000_000_000;
    const ending = (n: number, exp?: number) => cache.add(verified(tokenOf(n), String(n), exp));
    const known = () => [1, 2, 3, 4].filter((n) => cache.get(tokenOf(n)) !== undefined);
    ending(1, start / 1000 + 10);
    ending(2, start / 1000 + 100);
    ending(3);
    cache.sweep(start);
    cache.sweep(start + 59_999);
    expect(known()).toEqual([1, 2, 3]);
    cache.sweep(start + 60_000);
    expect(known()).toEqual([2, 3]);
    cache.sweep(start + 100_000);
    expect(known()).toEqual([2, 3]);
    cache.sweep(start + 160_000);
    expect(known()).toEqual([3]);
    // A clock that was set back.
    ending(4, 10);
    cache.sweep(0);
    expect(known()).toEqual([3, 4]);
    cache.sweep(60_000);
    expect(known()).toEqual([3]);
  });

  it('gives nothing for a token that only ends like a known one', () => {
    const cache = new VerifiedTokenCache(10);
    cache.add(verified(tokenOf(1), 'one'));
    expect(cache.get(tokenOf(1).replace('payload', 'PAYLOAD'))).toBeUndefined();
    expect(cache.get(tokenOf(1))).toBeDefined();
  });

  it('keeps one of two tokens that end alike, and never takes one for the other', () => {
    const cache = new VerifiedTokenCache(10);
    const other = tokenOf(1).replace('payload', 'PAYLOAD');
    cache.add(verified(tokenOf(1), 'one'));
    cache.add(verified(other, 'other'));
    expect(cache.get(tokenOf(1))).toBeUndefined();
    expect(cache.get(other)?.claims).toEqual({ name: 'other' });
  });
});
