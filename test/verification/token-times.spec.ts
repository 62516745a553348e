import { jest } from '@jest/globals';
import { jws, now, scalewayClaims, scalewayHeader, token } from '../support/issuer.js';
import { platforms } from '../support/app.js';
import { describeCases, type Probe, startProbe } from '../support/probe.js';

/** A signed token with a claim written as it stands in JSON: `JSON.stringify` would not write 1e400. */
const written = (claim: string, json: string): string =>
  jws(scalewayHeader, JSON.stringify(scalewayClaims({ [claim]: undefined })).replace(/}$/, `,"${claim}":${json}}`));

const none = { exp: undefined, nbf: undefined, iat: undefined };

const NO_TIMES = ['1e400', '-1e400', '"2000000000"', '"1"', '""', 'null', 'true', 'false', '[]', '[2000000000]', '{}'];

describeCases('the shape of a time', {}, [
  ...['exp', 'nbf', 'iat'].flatMap((claim) =>
    NO_TIMES.map((json) => ({ name: `${claim} ${json}`, send: () => written(claim, json), ends: '401 bad_claim' })),
  ),
  ...['exp', 'nbf', 'iat'].map((claim) => ({
    name: `no ${claim}`,
    send: () => token({ [claim]: undefined }),
    ends: '200',
  })),
  { name: 'no time at all', send: () => token(none), ends: '200' },
  { name: 'exp 1e300', send: () => written('exp', '1e300'), ends: '200' },
  { name: 'exp 4e9, written so', send: () => written('exp', '4e9'), ends: '200' },
  { name: 'exp 0', send: () => written('exp', '0'), ends: '401 expired' },
  { name: 'exp -0', send: () => written('exp', '-0'), ends: '401 expired' },
  { name: 'exp -1', send: () => written('exp', '-1'), ends: '401 expired' },
  { name: 'exp 5e-324', send: () => written('exp', '5e-324'), ends: '401 expired' },
  { name: 'exp in milliseconds', send: () => token({ exp: Date.now() + 60_000 }), ends: '200' },
  { name: 'nbf 0 and iat 0', send: () => token({ nbf: 0, iat: 0 }), ends: '200' },
  { name: 'nbf -1 and iat -1', send: () => token({ nbf: -1, iat: -1 }), ends: '200' },
  { name: 'nbf 1e300', send: () => written('nbf', '1e300'), ends: '401 not_yet_valid' },
  { name: 'iat 1e300', send: () => written('iat', '1e300'), ends: '401 not_yet_valid' },
  { name: 'iat in milliseconds', send: () => token({ iat: Date.now() }), ends: '401 not_yet_valid' },
]);

describeCases('the clock of the machine', {}, [
  { name: 'a fresh token', send: () => token(), ends: '200' },
  { name: 'a token that ended a second ago', send: () => token({ exp: now() - 1 }), ends: '401 expired' },
  { name: 'a token that ends in a minute', send: () => token({ exp: now() + 60 }), ends: '200' },
  { name: 'nbf three seconds ahead', send: () => token({ nbf: now() + 3 }), ends: '200' },
  { name: 'iat three seconds ahead', send: () => token({ iat: now() + 3 }), ends: '200' },
  { name: 'nbf a minute ahead', send: () => token({ nbf: now() + 60 }), ends: '401 not_yet_valid' },
  { name: 'iat a minute ahead', send: () => token({ iat: now() + 60 }), ends: '401 not_yet_valid' },
  { name: 'ended, and not begun', send: () => token({ exp: now() - 1, nbf: now() + 60 }), ends: '401 expired' },
]);

/** A whole second, so that a claim can name it. The application runs in this process, on this clock. */
const T = 2_000_000_000;

interface Edge {
  readonly name: string;
  readonly claims: Record<string, unknown>;
  /** Milliseconds after T at which the token arrives. */
  readonly at: number;
  readonly ends: string;
}

function describeEdges(title: string, options: Parameters<typeof startProbe>[1], edges: readonly Edge[]): void {
  describe.each(platforms)(`${title}, on %s`, (platform) => {
    let probe: Probe;
    beforeAll(async () => {
      probe = await startProbe(platform, options);
    });
    afterEach(() => void jest.restoreAllMocks());
    afterAll(() => probe.close());

    it.each(edges)('$name, at $at ms: $ends', async ({ claims, at, ends }) => {
      const sent = token({ ...none, ...claims });
      jest.spyOn(Date, 'now').mockReturnValue(T * 1000 + at);
      expect(await probe.ask(sent)).toBe(ends);
    });
  });
}

const edgesOfStart = (claim: string, tolerance: number): Edge[] => [
  { name: `${claim} T`, claims: { [claim]: T }, at: 0, ends: '200' },
  { name: `${claim} T`, claims: { [claim]: T }, at: -tolerance * 1000, ends: '200' },
  { name: `${claim} T`, claims: { [claim]: T }, at: -tolerance * 1000 - 1, ends: '401 not_yet_valid' },
  { name: `${claim} T+0.5`, claims: { [claim]: T + 0.5 }, at: 500 - tolerance * 1000, ends: '200' },
  { name: `${claim} T+0.5`, claims: { [claim]: T + 0.5 }, at: 499 - tolerance * 1000, ends: '401 not_yet_valid' },
];

const edgesOfEnd: Edge[] = [
  { name: 'exp T', claims: { exp: T }, at: -1, ends: '200' },
  { name: 'exp T', claims: { exp: T }, at: 0, ends: '401 expired' },
  { name: 'exp T', claims: { exp: T }, at: 1, ends: '401 expired' },
  { name: 'exp T', claims: { exp: T }, at: 999, ends: '401 expired' },
  { name: 'exp T', claims: { exp: T }, at: 3000, ends: '401 expired' },
  { name: 'exp T+0.5', claims: { exp: T + 0.5 }, at: 499, ends: '200' },
  { name: 'exp T+0.5', claims: { exp: T + 0.5 }, at: 500, ends: '401 expired' },
  { name: 'exp T+0.5', claims: { exp: T + 0.5 }, at: 999, ends: '401 expired' },
];

describeEdges('the edges of time', {}, [...edgesOfEnd, ...edgesOfStart('nbf', 5), ...edgesOfStart('iat', 5)]);
describeEdges('without a tolerance', { clockTolerance: 0 }, [
  ...edgesOfEnd,
  ...edgesOfStart('nbf', 0),
  ...edgesOfStart('iat', 0),
]);
describeEdges('with a tolerance of a minute', { clockTolerance: 60 }, [
  ...edgesOfEnd,
  { name: 'exp T', claims: { exp: T }, at: 59_000, ends: '401 expired' },
  ...edgesOfStart('nbf', 60),
  ...edgesOfStart('iat', 60),
]);
describeEdges('with a tolerance of 1.5 seconds', { clockTolerance: 1.5 }, edgesOfStart('nbf', 1.5));

describeEdges('with maxTokenAge 100', { maxTokenAge: 100 }, [
  { name: 'iat T', claims: { iat: T }, at: 0, ends: '200' },
  { name: 'iat T', claims: { iat: T }, at: -5000, ends: '200' },
  { name: 'iat T', claims: { iat: T }, at: 99_999, ends: '200' },
  { name: 'iat T', claims: { iat: T }, at: 100_000, ends: '401 too_old' },
  { name: 'iat T', claims: { iat: T }, at: 103_000, ends: '401 too_old' },
  { name: 'iat T, exp later', claims: { iat: T, exp: T + 1000 }, at: 100_000, ends: '401 too_old' },
  { name: 'iat T, exp earlier', claims: { iat: T, exp: T + 10 }, at: 10_000, ends: '401 expired' },
  { name: 'no iat', claims: {}, at: 0, ends: '401 too_old' },
  { name: 'no iat, but nbf', claims: { nbf: T }, at: 0, ends: '401 too_old' },
  { name: 'no iat, but exp', claims: { exp: T + 10 }, at: 0, ends: '401 too_old' },
  { name: 'iat in the future', claims: { iat: T + 6 }, at: 0, ends: '401 not_yet_valid' },
]);

describeEdges('with requireExpiry', { requireExpiry: true }, [
  { name: 'no exp', claims: {}, at: 0, ends: '401 no_expiry' },
  { name: 'no exp, fresh', claims: { iat: T, nbf: T }, at: 0, ends: '401 no_expiry' },
  ...edgesOfEnd,
]);
