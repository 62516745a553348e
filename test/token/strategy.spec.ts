import { constants, sign } from 'node:crypto';
import passport from 'passport';
import passportJwt from 'passport-jwt';
import { ScalewayAuthModule, ScalewayJwtStrategy, ScwTokenClaims } from 'nestjs-scaleway-auth';
import type { INestApplicationContext } from '@nestjs/common';
import { boot } from '../support/boot.js';
import { environment, foreignKey, forNamespace, ownKey, scalewayClaims, sealed, token } from '../support/issuer.js';

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
});
