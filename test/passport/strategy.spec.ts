import { createPublicKey, type KeyObject } from 'node:crypto';
import { jest } from '@jest/globals';
import passport from 'passport';
import passportJwt from 'passport-jwt';
import { ScalewayAuthModule, ScalewayJwtStrategy, ScalewayTokenVerifier, ScwTokenClaims } from 'nestjs-scaleway-auth';
import type { INestApplicationContext } from '@nestjs/common';
import { AUTH_SETTINGS } from '../../lib/module/auth-settings.provider.js';
import { reportIfRefusedByAll } from '../../lib/passport/refused-by-all.js';
import { RefusalLog } from '../../lib/refusal/refusal-log.js';
import type { AuthSettings } from '../../lib/verification/auth-settings.js';
import { boot } from '../support/boot.js';
import { environment, foreignKey, forNamespace, publicKeyPem, token } from '../support/issuer.js';

const request = (sent?: string) => ({ headers: { 'x-auth-token': sent } });

/** How passport ends: the user, or the challenges and statuses. */
function drive(strategy: ScalewayJwtStrategy, headers: Record<string, string | undefined>): Promise<unknown> {
  passport.use('own-name', strategy as never);
  return new Promise((resolve) => {
    const ended = (_error: unknown, user: unknown, ...why: unknown[]) => resolve(user || why);
    passport.authenticate('own-name', ended)({ headers }, {}, () => resolve('passed'));
  }).finally(() => passport.unuse('own-name'));
}

/** What passport-jwt keeps of its options. */
interface PassportJwtParts {
  readonly _jwtFromRequest: (request: unknown) => string | null;
  readonly _secretOrKeyProvider: (
    request: unknown,
    token: string,
    done: (error: Error | null, key?: unknown) => void,
  ) => void;
  readonly _verifOpts: { readonly algorithms: string[] };
}

describe('ScalewayJwtStrategy', () => {
  let app: INestApplicationContext;
  let strategy: ScalewayJwtStrategy;
  beforeAll(async () => {
    app = await boot(ScalewayAuthModule.forRoot({ environment }));
    strategy = app.get(ScalewayJwtStrategy);
  });
  afterAll(() => app.close());

  it("is passport-jwt's strategy", () => {
    expect(strategy).toBeInstanceOf(passportJwt.Strategy);
    expect(strategy.name).toBe('scaleway-jwt');
  });

  it('has the options that count: the extractor, the key, RS256', () => {
    const { _jwtFromRequest, _secretOrKeyProvider, _verifOpts } = strategy as unknown as PassportJwtParts;
    const sent = token();
    expect(_jwtFromRequest(request(sent))).toBe(sent);
    expect(_jwtFromRequest({ headers: { authorization: `Bearer ${sent}` } })).toBe(sent);
    expect(_jwtFromRequest(request())).toBeNull();
    let key: unknown;
    _secretOrKeyProvider(request(sent), sent, (_error, given) => (key = given));
    expect((key as KeyObject).export({ type: 'spki', format: 'pem' })).toBe(
      // The same key, in another form than the environment's.
      createSpki(publicKeyPem),
    );
    expect(_verifOpts.algorithms).toEqual(['RS256']);
  });

  it('lets nobody in by itself: only the verifier does', () => {
    const ended: unknown[] = [];
    const driven = Object.assign(Object.create(strategy) as object, {
      success: () => ended.push('success'),
      fail: () => ended.push('fail'),
      error: () => ended.push('error'),
    });
    passportJwt.Strategy.prototype.authenticate.call(driven as never, request(token()) as never);
    expect(ended).toEqual(['fail']);
  });

  it('keeps nothing of a request for the next', async () => {
    const before = Reflect.ownKeys(strategy).map(String);
    await drive(strategy, { 'x-auth-token': token() });
    await drive(strategy, { 'x-auth-token': token(forNamespace('other')) });
    expect(Reflect.ownKeys(strategy).map(String)).toEqual(before);
    expect(await drive(strategy, {})).toEqual(['Bearer realm="Scaleway container"', 401]);
  });

  it('can be driven by passport under another name', async () => {
    expect(await drive(strategy, { 'x-auth-token': token() })).toBeInstanceOf(ScwTokenClaims);
    expect(await drive(strategy, { 'x-auth-token': token({}, foreignKey) })).toEqual([
      expect.stringContaining('invalid_token'),
      401,
    ]);
    expect(await drive(strategy, { 'x-auth-token': token(forNamespace('other')) })).toEqual([
      expect.stringContaining('insufficient_scope'),
      403,
    ]);
  });

  it('of a public container lets nobody in, and has no key', async () => {
    const open = await boot(ScalewayAuthModule.forRoot({ environment: { SCW_PUBLIC: 'true' } }));
    const its = open.get(ScalewayJwtStrategy);
    const challenge = 'Bearer realm="Scaleway container"';
    expect(await drive(its, { 'x-auth-token': token() })).toEqual([challenge, 401]);
    expect(await drive(its, {})).toEqual([challenge, 401]);
    let given: unknown[] = [];
    const { _secretOrKeyProvider } = its as unknown as PassportJwtParts;
    _secretOrKeyProvider({}, '', (...args) => (given = args));
    expect(given).toEqual([new Error('A public container has no key')]);
    await open.close();
  });

  describe('logs an attempt that fails', () => {
    let lines: string[];
    let logging: ScalewayJwtStrategy;
    beforeEach(() => {
      jest.useFakeTimers();
      lines = [];
      const { container, rules } = app.get<AuthSettings>(AUTH_SETTINGS);
      const log = new RefusalLog({ warn: (line) => lines.push(String(line)), error: () => {} });
      logging = new ScalewayJwtStrategy(container, rules, app.get(ScalewayTokenVerifier), log);
    });
    afterEach(() => {
      jest.runOnlyPendingTimers();
      jest.useRealTimers();
    });

    /** Runs passport as middleware, as an application does without AuthGuard. */
    const asMiddleware = (strategies: object[], sent: object) =>
      passport.authenticate(strategies as never, { session: false })(sent, { setHeader() {}, end() {} }, () => {});
    const letsIn = (after: number) => ({
      name: 'other',
      authenticate(this: { success(user: object): void }) {
        setTimeout(() => this.success({}), after);
      },
    });

    it('after ten seconds, where nobody says how the others ended', () => {
      asMiddleware([logging], request('rubbish'));
      jest.advanceTimersByTime(9999);
      expect(lines).toEqual([]);
      jest.advanceTimersByTime(1);
      expect(lines).toEqual([expect.stringContaining('reason=malformed')]);
    });
    it('at once while a thousand others wait, so that a flood does not fill the memory', () => {
      for (let i = 0; i < 900; i++) asMiddleware([logging], request('rubbish'));
      expect(lines).toEqual([]);
      for (let i = 0; i < 101; i++) asMiddleware([logging], request());
      expect(lines).toContainEqual(expect.stringContaining('reason=no_token'));
      jest.advanceTimersByTime(10_000);
      lines.length = 0;
      asMiddleware([logging], request());
      expect(lines).toEqual([]);
    });
    it('never, where another strategy lets the request in', () => {
      asMiddleware([logging, letsIn(5000)], request('rubbish'));
      jest.advanceTimersByTime(60_000);
      expect(lines).toEqual([]);
    });
    it('after ten seconds, where another strategy lets the request in later', () => {
      asMiddleware([logging, letsIn(11_000)], request('rubbish'));
      jest.advanceTimersByTime(60_000);
      expect(lines).toEqual([expect.stringContaining('reason=malformed')]);
    });
    it('at once, where nothing can be written on the request', () => {
      const challenge = 'Bearer';
      const read = { authInfo: 'before' };
      reportIfRefusedByAll(read, challenge, () => lines.push('never'));
      expect(read.authInfo).toBe('before');
      read.authInfo = 'of another strategy';
      reportIfRefusedByAll(Object.freeze({}), challenge, () => lines.push('refused'));
      expect(lines).toEqual(['refused']);
    });
    it('once each, of two on one request', () => {
      const shared = request();
      for (const name of ['first', 'second']) reportIfRefusedByAll(shared, 'Bearer', () => lines.push(name));
      Object.assign(shared, { authInfo: ['Other', 'Bearer'] });
      Object.assign(shared, { authInfo: 'Bearer' });
      jest.advanceTimersByTime(60_000);
      expect(lines).toEqual(['first', 'second']);
      expect(shared).toHaveProperty('authInfo', 'Bearer');
    });
  });
});

function createSpki(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }) as string;
}
