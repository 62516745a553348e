import {
  type CanActivate,
  Controller,
  Get,
  Injectable,
  type INestApplication,
  Module,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScalewayJwtStrategy,
  ScalewayTokenVerifier,
} from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
import { claimsOf, reasonOf } from '../support/verdicts.js';

@Controller('class')
@UseGuards(ScalewayAuthGuard)
class GuardedClassController {
  @Get()
  get(): string {
    return 'class';
  }
}

@Controller('handler')
class GuardedHandlerController {
  @Get('guarded')
  @UseGuards(ScalewayAuthGuard)
  guarded(): string {
    return 'guarded';
  }
  @Get('open')
  open(): string {
    return 'open';
  }
}

@Injectable()
class OwnGuard extends ScalewayAuthGuard {}

@Controller('subclass')
@UseGuards(OwnGuard)
class SubclassedGuardController {
  @Get()
  get(): string {
    return 'subclass';
  }
}

const controllers = [GuardedClassController, GuardedHandlerController, SubclassedGuardController];

/** A module of its own, which does not import ScalewayAuthModule. */
@Module({ controllers })
class FeatureModule {}

describe.each(platforms)('the guard on %s', (platform) => {
  let running: RunningApp;
  afterEach(() => running?.close());

  const start = async (options: object, configure?: (app: INestApplication) => void): Promise<void> => {
    const auth = ScalewayAuthModule.forRoot({ environment, ...options });
    running = await startApp(platform, rootModule({ imports: [auth, FeatureModule] }), configure);
  };
  /** The statuses without and with a token. */
  const statuses = async (path: string): Promise<number[]> => [
    (await running.get(path)).status,
    (await running.get(path, { 'X-Auth-Token': token() })).status,
  ];

  it('stands on classes and handlers, in modules that do not import ScalewayAuthModule', async () => {
    await start({});
    expect(await statuses('/class')).toEqual([401, 200]);
    expect(await statuses('/handler/guarded')).toEqual([401, 200]);
    expect(await statuses('/handler/open')).toEqual([200, 200]);
    expect(await statuses('/subclass')).toEqual([401, 200]);
  });
  it('stands before the whole application with useGlobalGuards', async () => {
    await start({}, (app) => void app.useGlobalGuards(app.get(ScalewayAuthGuard)));
    for (const path of ['/class', '/handler/guarded', '/handler/open'])
      expect([path, await statuses(path)]).toEqual([path, [401, 200]]);
  });
  it('stands before the whole application with protectAllRoutes', async () => {
    await start({ protectAllRoutes: true });
    for (const path of ['/class', '/handler/guarded', '/handler/open'])
      expect([path, await statuses(path)]).toEqual([path, [401, 200]]);
  });
  it('stands before the whole application with protectAllRoutes beside useFactory', async () => {
    const auth = ScalewayAuthModule.forRootAsync({ useFactory: () => ({ environment }), protectAllRoutes: true });
    running = await startApp(platform, rootModule({ imports: [auth, FeatureModule] }));
    expect(await statuses('/handler/open')).toEqual([401, 200]);
  });
  it('stands under a global prefix', async () => {
    await start({ protectAllRoutes: true }, (app) => void app.setGlobalPrefix('api'));
    expect(await statuses('/api/handler/open')).toEqual([401, 200]);
  });

  it('runs before and after other guards without harm', async () => {
    const order: string[] = [];
    class Before implements CanActivate {
      canActivate(): boolean {
        order.push('before');
        return true;
      }
    }
    class After implements CanActivate {
      canActivate(): boolean {
        order.push('after');
        return false;
      }
    }
    @Controller('three')
    @UseGuards(Before, ScalewayAuthGuard, After)
    class ThreeGuardsController {
      @Get()
      get(): string {
        return 'three';
      }
    }
    const auth = ScalewayAuthModule.forRoot({ environment });
    running = await startApp(platform, rootModule({ imports: [auth], controllers: [ThreeGuardsController] }));
    expect((await running.get('/three')).status).toBe(401);
    expect(order).toEqual(['before']);
    // Let in by this guard, refused by the next.
    expect((await running.get('/three', { 'X-Auth-Token': token() })).status).toBe(403);
    expect(order).toEqual(['before', 'before', 'after']);
  });

  it('cannot be used outside of its module when isGlobal is false', async () => {
    await expect(start({ isGlobal: false })).rejects.toThrow(/ScalewayAuthGuard/);
  });
  it('can be used where its module is imported when isGlobal is false', async () => {
    const auth = ScalewayAuthModule.forRoot({ environment, isGlobal: false });
    running = await startApp(platform, rootModule({ imports: [auth], controllers }));
    expect(await statuses('/class')).toEqual([401, 200]);
  });
  it('is not made by a module without forRoot', async () => {
    const root = rootModule({ imports: [ScalewayAuthModule], controllers });
    await expect(startApp(platform, root)).rejects.toThrow();
  });
  it('has its verifier and its strategy as providers', async () => {
    await start({});
    const strategy = running.app.get(ScalewayJwtStrategy);
    expect(strategy).toBeInstanceOf(ScalewayJwtStrategy);
    const verifier = running.app.get(ScalewayTokenVerifier);
    expect(claimsOf(verifier.verifySync({ headers: { 'x-auth-token': token() } }))?.scope).toBe('namespace');
    expect(reasonOf(verifier.verifySync({ headers: {} }))).toBe('no_token');
  });
});

it('without the module Nest says what is missing', async () => {
  @Module({ controllers: [GuardedClassController] })
  class WithoutModule {}
  await expect(NestFactory.create(WithoutModule, { logger: false, abortOnError: false })).rejects.toThrow(
    /can't resolve dependencies of the ScalewayAuthGuard \(\?\)[^]*provided by ScalewayAuthModule\.forRoot\(\)/,
  );
});

describe('built by hand', () => {
  const Guard = ScalewayAuthGuard as unknown as new (...dependencies: unknown[]) => ScalewayAuthGuard;

  it.each([[], [undefined], [null], [{}], ['x']])('with %p it refuses, and says what to write', (...dependencies) => {
    expect(() => new Guard(...dependencies)).toThrow(
      /built by hand[^]*@UseGuards\(ScalewayAuthGuard\)[^]*app\.get\(ScalewayAuthGuard\)/,
    );
  });
  it.each([[undefined], [{}]])('from the prototype it lets nobody in', () => {
    const guard = Object.create(ScalewayAuthGuard.prototype) as ScalewayAuthGuard;
    expect(() => guard.canActivate({} as never)).toThrow(/built by hand/);
  });
});
