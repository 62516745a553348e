import { Controller, Get, Injectable, type OnModuleInit, Req, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  SCALEWAY_JWT,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  type ScalewayEnvironment,
  ScalewayRevocations,
  ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import passport from 'passport';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { bootError } from '../support/boot.js';
import {
  environment,
  foreignKey,
  foreignPublicKeyPem,
  forApplication,
  forNamespace,
  namespaceId,
  token,
} from '../support/issuer.js';

interface WithUser {
  readonly user?: unknown;
}

const describeUser = ({ user }: WithUser): object =>
  user instanceof ScwTokenClaims ? { scope: user.scope, namespaceId: user.namespaceId } : { user: user ?? 'undefined' };

@Controller()
class OrdersController {
  @UseGuards(AuthGuard(SCALEWAY_JWT))
  @Get('passport')
  passport(@Req() request: WithUser): object {
    return describeUser(request);
  }
  @UseGuards(AuthGuard([SCALEWAY_JWT, 'other']))
  @Get('either')
  either(@Req() request: WithUser): object {
    return describeUser(request);
  }
  @UseGuards(ScalewayAuthGuard)
  @Get('own')
  own(@Req() request: WithUser): object {
    return describeUser(request);
  }
}

/** A second way in, as an application has one for people. */
class OtherStrategy extends passport.Strategy {
  override authenticate(request: { headers: Record<string, unknown> }): void {
    if (request.headers['x-other'] === 'yes') this.success({ name: 'Ada' });
    else this.fail('Other', 401);
  }
}

const otherEnvironment = { ...environment, SCW_PUBLIC_KEY: foreignPublicKeyPem, SCW_NAMESPACE_ID: 'other' };
const own = () => ({ 'X-Auth-Token': token() });
const others = () => ({ 'X-Auth-Token': token(forNamespace('other'), foreignKey) });

/** What passport keeps under the name; it has no public way to look. */
const entry = (): unknown => (Reflect.get(passport, '_strategies') as Record<string, unknown>)[SCALEWAY_JWT];
const registered = (): boolean => entry() !== undefined;

/** How passport ends, asked by hand: with the challenge and the status for the client. */
function challenged(headers: Record<string, string>, name = SCALEWAY_JWT): unknown {
  let ended: unknown = 'not at all';
  const callback = (...args: unknown[]) => (ended = args[1] === false ? args.slice(2) : 'let in');
  passport.authenticate(name, callback)({ headers }, {}, () => (ended = 'passed'));
  return ended;
}

beforeAll(() => void passport.use('other', new OtherStrategy()));
afterAll(() => passport.unuse('other'));

describe.each(platforms)('AuthGuard of @nestjs/passport, on %s', (platform) => {
  const open: RunningApp[] = [];
  async function start(env: ScalewayEnvironment = environment, options = {}): Promise<RunningApp> {
    const imports = [ScalewayAuthModule.forRoot({ environment: env, ...options })];
    const running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
    open.push(running);
    return running;
  }
  async function statuses(running: RunningApp, path: string): Promise<number[]> {
    return [(await running.get(path, own())).status, (await running.get(path, others())).status];
  }
  const warnings = ({ logs }: RunningApp): string => JSON.stringify(logs.filter(({ level }) => level === 'warn'));

  afterEach(async () => {
    await Promise.all(open.splice(0).map((running) => running.close()));
    expect(registered()).toBe(false);
  });

  it('lets the right token in, with ScwTokenClaims as req.user', async () => {
    const running = await start();
    const answer = await running.get('/passport', own());
    expect([answer.status, answer.json]).toEqual([200, { scope: 'namespace', namespaceId }]);
  });
  it.each([
    ['no token', {}, 'no_token'],
    ['rubbish', { 'X-Auth-Token': 'rubbish' }, 'malformed'],
    ['a forged token', { 'X-Auth-Token': token({}, foreignKey) }, 'bad_signature'],
    ['an expired token', { 'X-Auth-Token': token({ exp: 1 }) }, 'expired'],
    ["another container's token", { 'X-Auth-Token': token(forApplication('other')) }, 'wrong_application'],
  ])('keeps out %s, and logs why', async (_name, headers, reason) => {
    const running = await start();
    const answer = await running.get('/passport', headers as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(warnings(running)).toContain(`"reason":"${reason}"`);
    for (const value of Object.values(headers)) expect(warnings(running)).not.toContain(value);
  });
  it.each([['identical copies'], ['a dropped one']])('sees repeated headers: %s', async (kind) => {
    const running = await start();
    const same = token();
    const name = kind === 'a dropped one' ? 'Authorization' : 'X-Auth-Token';
    const value = kind === 'a dropped one' ? `Bearer ${same}` : same;
    expect((await running.get('/passport', [[name, value]])).status).toBe(200);
    expect(
      (
        await running.get('/passport', [
          [name, value],
          [name, value],
        ])
      ).status,
    ).toBe(401);
    expect(warnings(running)).toContain('duplicate_token');
  });
  it('stands beside another strategy', async () => {
    const running = await start();
    expect((await running.get('/either', own())).json).toMatchObject({ scope: 'namespace' });
    expect((await running.get('/either', { 'X-Other': 'yes' })).json).toEqual({ user: { name: 'Ada' } });
    expect((await running.get('/either', { 'X-Auth-Token': 'rubbish' })).status).toBe(401);
    expect((await running.get('/either')).status).toBe(401);
  });

  it('is ready once the application has started, and gone once it has closed', async () => {
    expect(registered()).toBe(false);
    const running = await start();
    expect(registered()).toBe(true);
    await running.close();
    expect(registered()).toBe(false);
  });
  it('stays for the second application when the first closes', async () => {
    const first = await start();
    const second = await start();
    await first.close();
    expect(await statuses(second, '/passport')).toEqual([200, 401]);
  });
  it('never asks one application about the deny list of another, not even of an equal one', async () => {
    const first = await start();
    const second = await start();
    const revoked = token();
    await second.app.get(ScalewayRevocations).revoke({ token: revoked });
    for (const each of [first, second])
      for (const sent of [revoked, token()])
        expect((await each.get('/passport', { 'X-Auth-Token': sent })).status).toBe(401);
    await first.close();
    const last = async (sent: string) => (await second.get('/passport', { 'X-Auth-Token': sent })).status;
    expect([await last(revoked), await last(token())]).toEqual([401, 200]);
  });

  it.each([
    ['another key and namespace', otherEnvironment, {}],
    ['another namespace alone', { ...environment, SCW_NAMESPACE_ID: 'other' }, {}],
    ['other rules', environment, { requireExpiry: true }],
    ['a public container', { SCW_PUBLIC: 'true' }, {}],
  ])('refuses everybody while two applications differ: %s', async (_name, env, options) => {
    const first = await start();
    const second = await start(env as ScalewayEnvironment, options);
    expect(await statuses(first, '/passport')).toEqual([401, 401]);
    expect(await statuses(second, '/passport')).toEqual([401, 401]);
    expect((await first.get('/either', own())).status).toBe(401);
    expect(warnings(first) + warnings(second)).toMatch(/two applications with different[^]*ScalewayAuthGuard/);
    await second.close();
    expect(await statuses(first, '/passport')).toEqual([200, 401]);
  });
  it('refuses everybody while any two of three run', async () => {
    const [first, second, third] = [await start(), await start(otherEnvironment), await start()];
    for (const each of [first, second, third]) expect(await statuses(each, '/passport')).toEqual([401, 401]);
    await second.close();
    expect(await statuses(third, '/passport')).toEqual([401, 401]);
    await first.close();
    expect(await statuses(third, '/passport')).toEqual([200, 401]);
  });
  it('leaves ScalewayAuthGuard as it is: two applications never see each other’s tokens', async () => {
    const first = await start();
    const second = await start(otherEnvironment);
    expect(await statuses(first, '/own')).toEqual([200, 401]);
    expect(await statuses(second, '/own')).toEqual([401, 200]);
    await second.close();
    expect(await statuses(first, '/own')).toEqual([200, 401]);
  });

  it('on a public container fails, and never passes', async () => {
    const running = await start({ SCW_PUBLIC: 'true' });
    expect(await statuses(running, '/own')).toEqual([200, 200]);
    expect(await statuses(running, '/passport')).toEqual([401, 401]);
    expect((await running.get('/passport')).status).toBe(401);
    expect((await running.get('/either')).status).toBe(401);
    expect((await running.get('/either', own())).status).toBe(401);
    expect((await running.get('/either', { 'X-Other': 'yes' })).json).toEqual({ user: { name: 'Ada' } });
  });
  it('tells the client as much as the guard does', async () => {
    const scheme = 'Bearer realm="Scaleway container"';
    const invalid = (description: string) => `${scheme}, error="invalid_token", error_description="${description}"`;
    const running = await start();
    expect(challenged({})).toEqual([scheme, 401]);
    expect(challenged({ 'x-auth-token': 'rubbish' })).toEqual([invalid('The token is malformed'), 401]);
    expect(challenged({ 'x-auth-token': token(forNamespace('other')) })).toEqual([
      `${scheme}, error="insufficient_scope", error_description="The token is not meant for this container"`,
      403,
    ]);
    const other = await start(otherEnvironment);
    expect(challenged({ 'x-auth-token': token() })).toEqual([invalid('The token could not be checked'), 401]);
    // Nest has one logger a process: that of the application which was started last.
    expect(warnings(running) + warnings(other)).toContain(
      '"reason":"unexpected","status":401,"detail":"two applications with different',
    );
    await Promise.all([running.close(), other.close()]);

    await start({ SCW_PUBLIC: 'true' });
    expect(challenged({ 'x-auth-token': token() })).toEqual([scheme, 401]);
  });
  it('refuses after the application has closed, though somebody kept the entry', async () => {
    const running = await start();
    const kept = entry();
    await running.close();
    passport.use('kept', kept as never);
    const outcome = challenged({ 'x-auth-token': token() }, 'kept');
    passport.unuse('kept');
    expect(outcome).toEqual([expect.stringContaining('error_description="The token could not be checked"'), 401]);
  });
});

describe.each(platforms)('a callback of passport.authenticate that throws, on %s', (platform) => {
  it('throws to its caller, while forged tokens come in too', async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    const running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
    const ask = () => {
      const headers = { 'x-auth-token': token({}, foreignKey) };
      passport.authenticate(SCALEWAY_JWT, (_error: unknown, user: unknown) => {
        if (!user) throw new Error('nobody');
      })({ headers }, {}, () => {});
    };
    for (let i = 0; i < 3; i++) expect(ask).toThrow('nobody');
    await running.close();
  });
});

describe('an application that never starts', () => {
  it('is not in the registry', async () => {
    await bootError(ScalewayAuthModule.forRoot({ environment: {} }));
    expect(registered()).toBe(false);
  });
  it('does not stand in the way of the next, when another provider made its start fail', async () => {
    @Injectable()
    class Database implements OnModuleInit {
      onModuleInit(): void {
        throw new Error('no database');
      }
    }
    const failing = rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment: otherEnvironment })],
      providers: [Database],
    });
    await expect(startApp('express', failing)).rejects.toThrow('no database');
    expect(registered()).toBe(false);

    const imports = [ScalewayAuthModule.forRoot({ environment })];
    const running = await startApp('express', rootModule({ imports, controllers: [OrdersController] }));
    const answer = await running.get('/passport', own());
    await running.close();
    expect(answer.status).toBe(200);
  });
});
