import { Controller, Get, type INestApplication, Module, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwPublic,
  ScwRequireScope,
  ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { type TestCaller, withScwClaims } from 'nestjs-scaleway-auth/testing';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { get, platforms } from '../support/app.js';

class Handlers {
  @Get('caller')
  caller(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller ?? null };
  }

  @ScwRequireScope('application')
  @Get('strict')
  strict() {
    return {};
  }

  @ScwPublic()
  @Get('free')
  free(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return { caller: caller ?? null };
  }
}

@UseGuards(ScalewayAuthGuard)
@Controller()
class GuardedController extends Handlers {}

@Controller()
class PlainController extends Handlers {}

// Without any SCW_* variable these do not boot by themselves.
@Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [GuardedController] })
class WithUseGuards {}

@Module({ imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })], controllers: [PlainController] })
class WithProtectAllRoutes {}

@Module({ imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })], controllers: [GuardedController] })
class WithBoth {}

// A test of one controller alone.
@Module({ controllers: [GuardedController] })
class WithoutTheModule {}

const modules = [WithoutTheModule, WithUseGuards, WithProtectAllRoutes, WithBoth];

describe.each(platforms.flatMap((platform) => modules.map((module) => ({ platform, module, name: module.name }))))(
  'withScwClaims, $name on $platform',
  ({ platform, module }) => {
    let app: INestApplication;

    async function start(caller: TestCaller): Promise<string> {
      const testing = await withScwClaims(Test.createTestingModule({ imports: [module] }), caller).compile();
      const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
      app = testing.createNestApplication(adapter, { logger: false });
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    }

    afterEach(() => app.close());

    it('lets every request in as the caller', async () => {
      const expiresAt = new Date('2030-01-01T00:00:00Z');
      const url = await start({ applicationId: 'a1', tokenId: 't1', expiresAt });
      expect((await get(`${url}/caller`)).json).toEqual({
        caller: { applicationId: 'a1', scope: 'application', tokenId: 't1', expiresAt: expiresAt.toISOString() },
      });
      expect((await get(`${url}/free`)).json).toEqual({ caller: null });
    });

    it('keeps the rules of a route', async () => {
      const url = await start({ namespaceId: 'n1' });
      expect((await get(`${url}/strict`)).status).toBe(403);
    });
  },
);

it('wants an id of the caller', () => {
  expect(() => withScwClaims(Test.createTestingModule({}), {})).toThrow('needs a namespaceId or an applicationId');
});
