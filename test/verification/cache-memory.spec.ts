import { jest } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ScalewayTokenVerifier, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { VerifiedTokenCache } from '../../lib/verification/verified-token-cache.js';
import { environment, now, token } from '../support/issuer.js';
import { claimsOf } from '../support/verdicts.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** How many of these objects somebody still holds. */
async function alive(objects: readonly WeakRef<object>[]): Promise<number> {
  // What was looked at in this turn of the event loop is held until its end.
  await new Promise((resolve) => void setImmediate(resolve));
  collectGarbage();
  return objects.filter((each) => each.deref() !== undefined).length;
}

const payload = 'p'.repeat(300);
const tokenOf = (n: number) => `header.${payload}.${String(n).padStart(64, 's')}`;
const times = { exp: undefined, nbf: undefined, iat: undefined };

it.each([
  ['100 callers who renew 12,000 times', 1000, 100, 12_000],
  ['a cache for 100,000 that 1,000 callers use', 100_000, 1000, 20_000],
  ['a cache that is too small', 100, 300, 12_000],
])('the cache keeps no token alive that has left it: %s', async (_name, size, callers, renewals) => {
  const cache = new VerifiedTokenCache(size);
  const claims: WeakRef<object>[] = [];
  const current: string[] = [];
  for (let n = 0; n < renewals; n++) {
    const made = { n } as unknown as ScwTokenClaims;
    claims.push(new WeakRef(made));
    // As the verifier does with a token that has expired.
    const previous = current[n % callers];
    if (previous !== undefined) cache.delete(previous);
    current[n % callers] = tokenOf(n);
    cache.add({ token: tokenOf(n), times, claims: made });
    // The others go on calling.
    for (const used of current.slice(0, 3)) cache.get(used);
  }
  expect(await alive(claims)).toBeLessThanOrEqual(Math.min(2 * size, callers));
  // So that the cache itself was alive until now.
  expect(cache.get(tokenOf(renewals - 1))).toBeDefined();
});

describe('a verifier', () => {
  afterEach(() => jest.restoreAllMocks());

  it('holds no expired token a minute later, whatever comes in', async () => {
    const verifier = new ScalewayTokenVerifier(readContainerIdentity(environment), tokenRules({}));
    const claims: WeakRef<object>[] = [];
    for (let n = 0; n < 10; n++) claims.push(new WeakRef(claimsOf(verifier.verifySync(token({ exp: now() + 60 })))!));
    claims.push(new WeakRef(claimsOf(verifier.verifySync(token()))!));
    expect(await alive(claims)).toBe(11);
    jest.spyOn(Date, 'now').mockReturnValue((now() + 121) * 1000);
    verifier.verifySync('rubbish');
    expect(await alive(claims)).toBe(1);
    expect(verifier.containerIsPublic).toBe(false);
  });
});
