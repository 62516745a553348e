import { Controller, Get, UseGuards } from '@nestjs/common';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { type Answer, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, foreignKey, forApplication, token } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@ScwRequireScope('application')
class BaseController {
  @Get('own')
  own(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller?.scope ?? null };
  }

  @ScwRequireScope('namespace')
  @Get('all')
  all(@ScwClaims('scope') scope: string | undefined) {
    return { caller: scope ?? null };
  }

  @ScwPublic()
  @Get('free')
  free(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller ?? null };
  }
}

@Controller('strict')
class StrictController extends BaseController {}

@UseGuards(ScalewayAuthGuard)
@ScwOptional()
@Controller('open')
class OpenController {
  @Get()
  maybe(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller?.scope ?? null };
  }

  @ScwOptional(false)
  @Get('closed')
  closed() {
    return {};
  }

  @ScwRequireScope('application')
  @Get('own')
  own(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller?.scope ?? null };
  }
}

@Controller('child')
class ChildOfOpenController extends OpenController {}

@Controller('unguarded')
class UnguardedController {
  @ScwOptional()
  @Get()
  nobodyChecked(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller ?? null };
  }
}

const controllers = [StrictController, OpenController, ChildOfOpenController, UnguardedController];
const ofNamespace = () => ({ 'X-Auth-Token': token() });
const ofContainer = () => ({ 'X-Auth-Token': token(forApplication(applicationId)) });
const outcome = ({ status, json }: Answer) => (status === 200 ? json.caller : status);

describe.each(platforms)('on %s', (platform) => {
  let running: RunningApp;
  const ask = async (path: string, headers?: Record<string, string>) => outcome(await running.get(path, headers));

  describe('a private container', () => {
    beforeAll(async () => {
      running = await startApp(
        platform,
        rootModule({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers }),
      );
    });
    afterAll(() => running.close());

    it('lets in one scope only where a route says so, in subclasses too', async () => {
      expect(await ask('/strict/own', ofContainer())).toBe('application');
      expect(await ask('/strict/own', ofNamespace())).toBe(403);
      expect(await ask('/strict/all', ofNamespace())).toBe('namespace');
      expect(await ask('/strict/all', ofContainer())).toBe(403);
      expect(await ask('/strict/own')).toBe(401);
      expect(await ask('/strict/free')).toBe(null);
    });

    it('says on the wrong scope what RFC 6750 wants, and logs the reason', async () => {
      const answer = await running.get('/strict/own', { 'X-Auth-Token': token({ jti: 'the-id' }) });
      expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"');
      const fields = {
        reason: 'wrong_scope',
        status: 403,
        jti: 'the-id',
        header: 'x-auth-token',
        handler: 'StrictController.own',
      };
      expect(running.logs.map(({ message }) => message)).toContainEqual(expect.objectContaining(fields));
    });

    it('lets in requests without a token where a route says so, and refuses bad ones', async () => {
      expect(await ask('/open')).toBe(null);
      expect(await ask('/open', ofNamespace())).toBe('namespace');
      expect(await ask('/open', { 'X-Auth-Token': token({}, foreignKey) })).toBe(401);
      expect(await ask('/open', { 'X-Auth-Token': token(forApplication('another')) })).toBe(403);
      expect(await ask('/open', { 'X-Auth-Token': '6f4a1a0e-3f0e-4d3e-9f0e-0c9d3c7b2a11' })).toBe(401);
      expect(await ask('/open/closed')).toBe(401);
    });

    it('wants a token of the scope where only the class says that a token is optional', async () => {
      expect(await ask('/open/own')).toBe(401);
      expect(await ask('/open/own', ofContainer())).toBe('application');
      expect(await ask('/open/own', ofNamespace())).toBe(403);
    });

    it('does not make a token optional in a subclass', async () => {
      expect(await ask('/child')).toBe(401);
    });

    it('does not take an optional token for a check that nobody made', async () => {
      expect(await ask('/unguarded')).toBe(500);
    });
  });

  describe('a public container', () => {
    beforeAll(async () => {
      const imports = [ScalewayAuthModule.forRoot({ environment: { SCW_PUBLIC: 'true' } })];
      running = await startApp(platform, rootModule({ imports, controllers }));
    });
    afterAll(() => running.close());

    it('checks neither, and warns at boot of the handlers', async () => {
      expect(await ask('/strict/own')).toBe(null);
      expect(await ask('/open')).toBe(null);
      const warnings = running.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
      expect(warnings).toHaveLength(1);
      for (const route of [
        'StrictController.own',
        'StrictController.all',
        'OpenController.maybe',
        'OpenController.own',
      ])
        expect(warnings[0]).toContain(route);
      expect(warnings[0]).not.toContain('UnguardedController');
    });
  });
});

it('refuses a scope that does not exist when the class is made', () => {
  expect(() => ScwRequireScope('container' as never)).toThrow("takes 'application' or 'namespace'");
});
