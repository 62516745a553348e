import { randomUUID } from 'node:crypto';
import { type CanActivate, Controller, type ExecutionContext, Get, Injectable, Req, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwPublic,
  ScwTokenClaims,
  scwClaimsOf,
} from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, forApplication, namespaceId, scalewayClaims, token } from '../support/issuer.js';

/** Sets a user as another strategy would have done before. */
@Injectable()
class UserGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: object }>().user = { name: 'Ada' };
    return true;
  }
}

let last: ScwTokenClaims;

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('whole')
  whole(@ScwClaims() caller: ScwTokenClaims): ScwTokenClaims {
    return (last = caller);
  }
  @Get('single')
  single(
    @ScwClaims('namespaceId') namespace: string | undefined,
    @ScwClaims('applicationId') application: string | undefined,
    @ScwClaims('scope') scope: string,
    @ScwClaims('tokenId') tokenId: string,
    @ScwClaims('issuedAt') issuedAt: Date,
    @ScwClaims('expiresAt') expiresAt: Date,
    @ScwClaims('payload') payload: object,
  ): object {
    return { namespace, application, scope, tokenId, issuedAt, expiresAt, payload };
  }
  @ScwPublic()
  @Get('exempt')
  exempt(@ScwClaims() caller?: ScwTokenClaims, @ScwClaims('scope') scope?: string): object {
    return { caller: caller ?? 'undefined', scope: scope ?? 'undefined' };
  }
  @Get('user')
  user(@Req() request: { user?: object }): object {
    return { user: request.user ?? 'undefined' };
  }
}

@Controller()
class UnguardedController {
  static ran = 0;
  @Get('unguarded')
  unguarded(@ScwClaims() caller: ScwTokenClaims): object {
    UnguardedController.ran++;
    return { caller };
  }
  @Get('unguarded-single')
  single(@ScwClaims('scope') scope: string): object {
    UnguardedController.ran++;
    return { scope };
  }
  @UseGuards(UserGuard, ScalewayAuthGuard)
  @Get('with-user')
  withUser(@Req() request: { user?: object }, @ScwClaims('scope') scope: string): object {
    return { user: request.user ?? 'undefined', scope };
  }
}

/** A guard of the application that asks who calls. */
@Injectable()
class AskingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    scwClaimsOf(context);
    return true;
  }
}

describe.each(platforms)('a guard that asks who calls, on %s', (platform) => {
  it.each([
    ['runs later', { protectAllRoutes: true }, 500, /A ScalewayAuthGuard is applied to it, and runs later/],
    ['is applied nowhere', {}, 500, /Add @UseGuards\(ScalewayAuthGuard\) to it/],
  ])('is told what to do where ScalewayAuthGuard %s', async (_where, extras, status, advice) => {
    const running = await startApp(
      platform,
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment, ...extras })],
        controllers: [UnguardedController],
        providers: [{ provide: APP_GUARD, useClass: AskingGuard }],
      }),
    );
    try {
      expect((await running.get('/unguarded', { 'X-Auth-Token': token() })).status).toBe(status);
      const errors = running.logs.filter(({ level }) => level === 'error').map(({ message }) => String(message));
      expect(errors.join()).toMatch(advice);
    } finally {
      await running.close();
    }
  });
});

describe.each(platforms)('@ScwClaims() on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(
      platform,
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment })],
        controllers: [OrdersController, UnguardedController],
      }),
    );
  });
  afterAll(() => running.close());

  /** The claims that the handler got for a token. */
  async function claimsFor(claims: Record<string, unknown>): Promise<ScwTokenClaims> {
    expect((await running.get('/whole', { 'X-Auth-Token': token(claims) })).status).toBe(200);
    return last;
  }

  it('gives what a namespace token says', async () => {
    const jti = randomUUID();
    const caller = await claimsFor({ jti, iat: 1_700_000_000, exp: 4_000_000_000 });
    expect(caller).toBeInstanceOf(ScwTokenClaims);
    expect([caller.namespaceId, caller.applicationId, caller.scope, caller.tokenId]).toEqual([
      namespaceId,
      undefined,
      'namespace',
      jti,
    ]);
    expect([caller.issuedAt, caller.expiresAt]).toEqual([new Date(1_700_000_000_000), new Date(4_000_000_000_000)]);
  });
  it('gives what a container token says', async () => {
    const caller = await claimsFor(forApplication(applicationId));
    expect([caller.namespaceId, caller.applicationId, caller.scope]).toEqual([undefined, applicationId, 'application']);
  });
  it('calls a token that names both a token for the container', async () => {
    const caller = await claimsFor({
      application_claim: [{ namespace_id: namespaceId, application_id: applicationId }],
    });
    expect([caller.namespaceId, caller.applicationId, caller.scope]).toEqual([
      namespaceId,
      applicationId,
      'application',
    ]);
  });
  it('gives undefined for what a token does not say', async () => {
    const caller = await claimsFor({ jti: undefined, iat: undefined, exp: undefined });
    expect([caller.tokenId, caller.issuedAt, caller.expiresAt]).toEqual([undefined, undefined, undefined]);
  });
  it('gives no jti that is not text', async () => {
    expect((await claimsFor({ jti: 5 })).tokenId).toBeUndefined();
  });
  it('gives no Date for a time that a Date cannot hold', async () => {
    expect((await claimsFor({ exp: 1e300 })).expiresAt).toBeUndefined();
  });
  it('gives the payload as it was signed', async () => {
    const claims = scalewayClaims({ own: { list: [1, { deep: true }] } });
    expect((await claimsFor(claims)).payload).toEqual(claims);
  });

  it('gives one property by its name', async () => {
    const claims = scalewayClaims();
    const { json } = await running.get('/single', { 'X-Auth-Token': token(claims) });
    expect(json).toEqual({
      namespace: namespaceId,
      scope: 'namespace',
      tokenId: claims['jti'],
      issuedAt: new Date((claims['iat'] as number) * 1000).toISOString(),
      expiresAt: new Date((claims['exp'] as number) * 1000).toISOString(),
      payload: claims,
    });
  });

  it('gives claims that nobody can change', async () => {
    const caller = await claimsFor({ own: { list: [1, { deep: true }] } });
    const { own, application_claim } = caller.payload as {
      own: { list: [number, object] };
      application_claim: [object];
    };
    const objects = [caller, caller.payload, own, own.list, own.list[1], application_claim, application_claim[0]];
    expect(objects.map((value) => Object.isFrozen(value))).toEqual(objects.map(() => true));
    expect(() => Object.assign(caller, { scope: 'application' })).toThrow(TypeError);
    expect(() => Object.assign(caller.payload, { admin: true })).toThrow(TypeError);
    expect(() => own.list.push(2)).toThrow(TypeError);
    expect(() => Object.assign(caller, { expiresAt: new Date(0) })).toThrow(TypeError);
  });
  it('gives a fresh Date at each read', async () => {
    const caller = await claimsFor({ exp: 4_000_000_000 });
    caller.expiresAt!.setTime(0);
    caller.issuedAt!.setTime(0);
    expect(caller.expiresAt).toEqual(new Date(4_000_000_000_000));
    expect(caller.issuedAt!.getTime()).toBeGreaterThan(0);
    expect(caller.expiresAt).not.toBe(caller.expiresAt);
  });

  it.each([{}, { 'X-Auth-Token': token() }])('is undefined on an exempt route', async (headers) => {
    const answer = await running.get('/exempt', headers as Record<string, string>);
    expect([answer.status, answer.json]).toEqual([200, { caller: 'undefined', scope: 'undefined' }]);
  });

  it.each([
    ['/unguarded', 'UnguardedController.unguarded'],
    ['/unguarded-single', 'UnguardedController.single'],
  ])('is an error for the developer on %s, which nothing guards', async (path, route) => {
    running.logs.length = 0;
    const before = UnguardedController.ran;
    const answer = await running.get(path, { 'X-Auth-Token': token() });
    expect([answer.status, answer.json]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    expect(UnguardedController.ran).toBe(before);
    const logged = running.logs
      .map(({ message }) => String(message instanceof Error ? message.message : message))
      .join('\n');
    expect(logged).toContain(route);
    expect(logged).toContain('@UseGuards(ScalewayAuthGuard)');
  });

  it('leaves req.user alone', async () => {
    const headers = { 'X-Auth-Token': token() };
    expect((await running.get('/user', headers)).json).toEqual({ user: 'undefined' });
    expect((await running.get('/with-user', headers)).json).toEqual({ user: { name: 'Ada' }, scope: 'namespace' });
  });
  it('shows in an answer what a caller is, and not the raw payload', async () => {
    const { json } = await running.get('/whole', { 'X-Auth-Token': token() });
    expect(Object.keys(json as object).toSorted()).toEqual([
      'expiresAt',
      'issuedAt',
      'namespaceId',
      'scope',
      'tokenId',
    ]);
  });
});
