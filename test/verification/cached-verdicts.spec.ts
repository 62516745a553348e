import { jest } from '@jest/globals';
import fc from 'fast-check';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { applicationId, environment, forApplication, foreignKey, token } from '../support/issuer.js';
import { claimsOf, reasonOf } from '../support/verdicts.js';

const verifier = (options: object) =>
  new ScalewayTokenVerifier(readContainerIdentity(environment), tokenRules(options));

// A header is a new string on every request.
const request = (text: string) => ({ headers: { 'x-auth-token': Buffer.from(text).toString('latin1') } });

const reason = (of: ScalewayTokenVerifier, text: string) => reasonOf(of.verifySync(request(text)));

const base = 1_800_000_000;
afterEach(() => jest.restoreAllMocks());
const setClock = (seconds: number) => jest.spyOn(Date, 'now').mockReturnValue(seconds * 1000);

describe('a token that was verified before', () => {
  it('gets the same verdict as without the cache, wherever the clock jumps', () => {
    const times = { iat: base, nbf: base + 10, exp: base + 100 };
    const tokens = [
      token(times),
      token({ ...times, ...forApplication(applicationId) }),
      token({ ...times, ...forApplication('another') }),
      token({ ...times, exp: undefined }),
      token({ ...times, iat: undefined }),
      token(times, foreignKey),
    ];
    const visit = fc.tuple(fc.nat(tokens.length - 1), fc.integer({ min: base - 30, max: base + 130 }));
    fc.assert(
      fc.property(
        fc.array(visit, { maxLength: 12 }),
        fc.constantFrom(undefined, 60),
        fc.boolean(),
        (visits, maxTokenAge, requireExpiry) => {
          const [cached, uncached] = [1000, 0].map((cacheSize) => verifier({ maxTokenAge, requireExpiry, cacheSize }));
          for (const [index, now] of visits) {
            setClock(now);
            expect(reason(cached!, tokens[index]!)).toBe(reason(uncached!, tokens[index]!));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is not verified again, and hands out the same frozen claims', () => {
    const one = verifier({});
    const text = token();
    const claims = claimsOf(one.verifySync(request(text)));
    expect(claimsOf(one.verifySync(request(text)))).toBe(claims);
    expect(claimsOf(verifier({ cacheSize: 0 }).verifySync(request(text)))).not.toBe(claims);
    claims!.expiresAt!.setTime(0);
    expect(claimsOf(one.verifySync(request(text)))!.expiresAt!.getTime()).toBeGreaterThan(0);
  });

  it('is forgotten when it has expired, and kept while the clock is wrong', () => {
    const one = verifier({});
    const text = token({ iat: base, nbf: base, exp: base + 100 });
    setClock(base + 1);
    const claims = claimsOf(one.verifySync(request(text)));
    setClock(base - 60);
    expect(reason(one, text)).toBe('not_yet_valid');
    setClock(base + 1);
    expect(claimsOf(one.verifySync(request(text)))).toBe(claims);
    setClock(base + 100);
    expect(reason(one, text)).toBe('expired');
    setClock(base + 1);
    const again = claimsOf(one.verifySync(request(text)));
    expect(again).toEqual(claims);
    expect(again).not.toBe(claims);
  });

  it('is not driven out by forged tokens, nor does a forged one enter', () => {
    const small = verifier({ cacheSize: 2 });
    const text = token();
    const claims = claimsOf(small.verifySync(request(text)));
    const forged = token({}, foreignKey);
    for (let i = 0; i < 5; i++) expect(reason(small, forged)).toBe('bad_signature');
    // The signature of a known token under another payload ends as the known token does.
    const [head, , signature] = text.split('.');
    expect(reason(small, `${head}.${token().split('.')[1]}.${signature}`)).toBe('bad_signature');
    expect(claimsOf(small.verifySync(request(text)))).toBe(claims);
  });

  it('stays one identity each: other tokens get their own claims', () => {
    const one = verifier({});
    const texts = Array.from({ length: 20 }, () => token());
    const ids = texts.map((text) => JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString()).jti as string);
    for (let round = 0; round < 3; round++)
      texts.forEach((text, i) => expect(claimsOf(one.verifySync(request(text)))?.tokenId).toBe(ids[i]));
  });
});
