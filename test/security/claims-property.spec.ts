import { jest } from '@jest/globals';
import fc from 'fast-check';
import { applicationId, namespaceId } from '../support/issuer.js';
import { ended, newVerifier, present, signed } from './verifier.js';

/*
 * The rule of who is let in, written a second time and without a look at the first: for any claims of a well-signed
 * token the two must agree.
 */

const NOW = 1_800_000_000;
const isObject = (value: unknown): value is Record<string, unknown> => Object(value) === value && !Array.isArray(value);

/** The specification: the status of any claims, at NOW, with the default options. */
function specified(claims: Record<string, unknown>): number {
  const [exp = Infinity, nbf = 0, iat = 0] = ['exp', 'nbf', 'iat'].map((name) => claims[name]);
  const times = Object.entries({ exp: claims['exp'], nbf: claims['nbf'], iat: claims['iat'] });
  if (times.some(([, time]) => time !== undefined && !Number.isFinite(time))) return 401;
  if ((exp as number) <= NOW || (nbf as number) > NOW + 5 || (iat as number) > NOW + 5) return 401;
  if ('iss' in claims && claims['iss'] !== 'SCALEWAY') return 401;
  const audience = [claims['aud'] ?? (claims['aud'] === null ? null : 'functions')].flat(1);
  if (!audience.every((entry) => typeof entry === 'string') || !audience.includes('functions')) return 401;
  const claim = claims['application_claim'];
  if (!Array.isArray(claim) || claim.length !== 1 || !isObject(claim[0])) return 401;
  const ids = [
    claim[0]['namespace_id'] ?? (claim[0]['namespace_id'] === null ? 0 : ''),
    claim[0]['application_id'] ?? (claim[0]['application_id'] === null ? 0 : ''),
  ];
  if (!ids.every((id) => typeof id === 'string') || ids.join('') === '') return 401;
  return [namespaceId, applicationId].every((own, i) => ids[i] === '' || ids[i] === own) ? 200 : 403;
}

/** Mostly what is right, often what is nearly right, sometimes anything at all. */
const often = (right: unknown, ...nearly: unknown[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constant<unknown>(right) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...nearly) },
    { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
  );
const time = (right: number, ...nearly: unknown[]) =>
  fc.oneof(
    { weight: 40, arbitrary: often(right, null, '1', [], {}, ...nearly) },
    { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) as fc.Arbitrary<unknown> },
    { weight: 2, arbitrary: fc.integer({ min: NOW - 10, max: NOW + 10 }) as fc.Arbitrary<unknown> },
  );

const id = (own: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>(own, '') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<unknown>(own.toUpperCase(), `${own} `, own.slice(1), namespaceId, applicationId),
    },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 0, [own]) },
    { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
  );
const entry = fc.record({ namespace_id: id(namespaceId), application_id: id(applicationId) }, { requiredKeys: [] });
const applicationClaim = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(entry) as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: fc.array(entry, { maxLength: 3 }) as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: entry as fc.Arbitrary<unknown> },
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
);
const claims = fc.record(
  {
    application_claim: applicationClaim,
    iss: often('SCALEWAY', 'scaleway', ['SCALEWAY'], ''),
    aud: often('functions', ['functions'], ['a', 'functions'], ['functions', 1], [['functions']], 'function', []),
    exp: time(NOW + 10, NOW, NOW + 0.001),
    nbf: time(NOW, NOW + 5, NOW + 5.001),
    iat: time(NOW, NOW + 5, NOW + 5.001),
    jti: fc.jsonValue() as fc.Arbitrary<unknown>,
    extra: fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>,
  },
  { requiredKeys: ['application_claim'] },
);

describe('for any claims the verdict is as specified', () => {
  beforeAll(() => void jest.spyOn(Date, 'now').mockReturnValue(NOW * 1000));
  afterAll(() => void jest.restoreAllMocks());

  const seen: Record<string, number> = {};

  it.each([
    ['with the cache', {}],
    ['without a cache', { cacheSize: 0 }],
  ])('%s', (_name, options) => {
    const verifier = newVerifier(options);
    fc.assert(
      fc.property(claims, (generated) => {
        // As a verifier sees them: -0 and the like are what JSON makes of them.
        const text = JSON.stringify(generated);
        const token = signed(text);
        const expected = specified(JSON.parse(text) as Record<string, unknown>);
        seen[expected] = (seen[expected] ?? 0) + 1;
        const statusOf = () => Number(ended(verifier.verifySync(present(token))).slice(0, 3));
        return statusOf() === expected && statusOf() === expected;
      }),
      { numRuns: 1500 },
    );
  });

  it('the claims that were tried had every outcome, and each often', () => {
    expect(Object.keys(seen)).toEqual(['200', '401', '403']);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });
});
