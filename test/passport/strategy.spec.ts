import { jest } from '@jest/globals';
import { constants, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { types } from 'node:util';
import passport from 'passport';
import passportJwt from 'passport-jwt';
import { ScalewayAuthModule, ScalewayJwtStrategy, ScwTokenClaims } from 'nestjs-scaleway-auth';
import type { INestApplicationContext } from '@nestjs/common';
import { tokenRules } from '../../lib/module/token-rules.js';
import type { PassportStrategy } from '../../lib/passport/passport-jwt.js';
import { boot } from '../support/boot.js';
import { environment, foreignKey, forNamespace, ownKey, scalewayClaims, sealed, token } from '../support/issuer.js';
import { ed25519 } from '../support/pems.js';

let app: INestApplicationContext;
let strategy: ScalewayJwtStrategy;
const request = (sent?: string) => ({ headers: { 'x-auth-token': sent } });

describe('ScalewayJwtStrategy', () => {
  beforeAll(async () => {
    app = await boot(ScalewayAuthModule.forRoot({ environment }));
    strategy = app.get(ScalewayJwtStrategy);
  });
  afterAll(() => app.close());

  it("is passport-jwt's strategy", () => {
    expect(strategy).toBeInstanceOf(passportJwt.Strategy);
  });
  it.each(['RS256', 'RS384', 'RS512', 'PS256'])('has passport-jwt itself refuse all but RS256: %s', (alg) => {
    const padding = alg === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
    const payload = scalewayClaims();
    const sent = sealed({ alg, typ: 'JWT' }, payload, (input) =>
      sign(`sha${alg.slice(2)}`, input, { key: ownKey, padding, saltLength: 32 }),
    );
    // Behind the check of the header, so that it alone need not hold.
    const driven = Object.create(strategy) as { ended?: string };
    Object.assign(driven, { success: () => (driven.ended = 'success'), fail: () => (driven.ended = 'fail') });
    passportJwt.Strategy.prototype.authenticate.call(
      driven as never,
      { token: sent, header: 'x', payload, times: {} } as never,
    );
    expect(driven.ended).toBe(alg === 'RS256' ? 'success' : 'fail');
  });
  it('answers at once, with claims or a refusal, and never both', () => {
    const good = strategy.check(request(token()));
    expect([good.claims instanceof ScwTokenClaims, good.refusal]).toEqual([true, undefined]);
    const bad = strategy.check(request(token({}, foreignKey)));
    expect([bad.claims, bad.refusal?.reason]).toEqual([undefined, 'bad_signature']);
  });
  it('keeps nothing of a request for the next', () => {
    strategy.check(request(token()));
    expect(strategy.check(request()).claims).toBeUndefined();
    const before = Reflect.ownKeys(strategy).map(String);
    strategy.check(request(token(forNamespace('other'))));
    expect(Reflect.ownKeys(strategy).map(String)).toEqual(before);
    expect(Reflect.get(strategy, 'claims')).toBeUndefined();
    expect(Reflect.get(strategy, 'refusal')).toBeUndefined();
  });
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no headers', {}],
    [
      'headers that throw',
      {
        get headers() {
          throw new Error('away');
        },
      },
    ],
    [
      'a header that throws',
      {
        headers: {
          get 'x-auth-token'() {
            throw new Error('away');
          },
        },
      },
    ],
    ['raw headers of numbers', { headers: { 'x-auth-token': 'a' }, rawHeaders: [1, 2] }],
  ])('refuses %s, and does not throw', (_name, odd) => {
    const verdict = strategy.check(odd as never);
    expect(verdict.claims).toBeUndefined();
    expect(verdict.refusal?.reason).toMatch(/^(unexpected|malformed)$/);
  });
  it.each<[string, (run: PassportStrategy) => void]>([
    ['nothing', () => {}],
    ['passing', (run) => run.pass()],
    ['a redirection', (run) => run.redirect('/elsewhere')],
    ['an error', (run) => run.error(new Error('away'))],
  ])('refuses what passport-jwt ends in %s', async (_ending, end) => {
    const replaced = jest.spyOn(passportJwt.Strategy.prototype, 'authenticate');
    replaced.mockImplementation(function (this: unknown) {
      end(this as PassportStrategy);
    });
    const verdicts = [strategy.check(request(token())), await strategy.decide(request(token()))];
    replaced.mockRestore();
    for (const { claims, refusal } of verdicts)
      expect([claims, refusal]).toEqual([undefined, { reason: 'unexpected', header: 'x-auth-token' }]);
  });
  it('can be driven by passport itself', async () => {
    passport.use('own-name', strategy as never);
    const drive = (sent?: string) =>
      new Promise((resolve) => {
        const ended = (_error: unknown, user: unknown) => resolve(user);
        passport.authenticate('own-name', ended)(request(sent), {}, () => resolve('passed'));
      });
    const users = [await drive(token()), await drive(token({}, foreignKey)), await drive()];
    passport.unuse('own-name');
    expect(users).toEqual([expect.any(ScwTokenClaims), false, false]);
  });
  it('of a public container lets nobody in', async () => {
    const open = await boot(ScalewayAuthModule.forRoot({ environment: { SCW_PUBLIC: 'true' } }));
    const its = open.get(ScalewayJwtStrategy);
    expect([its.check(request(token())).claims, its.check(request()).claims]).toEqual([undefined, undefined]);
    expect([its.check(request(token())).refusal?.reason, its.check(request()).refusal?.reason]).toEqual([
      expect.any(String),
      'no_token',
    ]);
    await open.close();
  });
  it('of a public container lets nobody in, whatever key it is given', () => {
    const its = new ScalewayJwtStrategy({ public: true }, tokenRules({}));
    Object.assign(its, {
      _secretOrKeyProvider: (_request: unknown, _token: string, done: (error: null, key: KeyObject) => void) =>
        done(null, createPublicKey(ownKey)),
    });
    const verdict = its.check(request(token()));
    expect([verdict.claims, verdict.refusal?.reason]).toEqual([undefined, 'bad_signature']);
  });
  it('lets nobody in by a key that no signature can be checked with, at once or later', async () => {
    const publicKey = createPublicKey(ed25519.publicKey);
    const ids = { namespaceId: environment.SCW_NAMESPACE_ID, applicationId: environment.SCW_APPLICATION_ID };
    const its = new ScalewayJwtStrategy({ public: false, publicKey, ...ids }, tokenRules({}));
    expect(its.decide(request(token()))).toMatchObject({ refusal: { reason: 'bad_signature' } });
    const late = its.decide(request(token()));
    expect(late).toBeInstanceOf(Promise);
    const { claims, refusal, header, thrown } = await late;
    expect([claims, refusal?.reason, header]).toEqual([undefined, 'unexpected', 'x-auth-token']);
    expect(types.isNativeError(thrown)).toBe(true);
  });
});
