import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, ModuleRef } from '@nestjs/core';
import {
  ScalewayAuthConfigurationError,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwDelegatingGuard,
  ScwRequireScope,
} from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment, token } from '../support/issuer.js';

/** Has our guard injected, and never asks it. */
@Injectable()
class IdleGuard implements CanActivate {
  constructor(readonly containers: ScalewayAuthGuard) {}
  canActivate() {
    return true;
  }
}
@Injectable()
class IdleByProperty implements CanActivate {
  @Inject(ScalewayAuthGuard)
  readonly containers!: ScalewayAuthGuard;
  canActivate() {
    return true;
  }
}
@Injectable()
class IdleByToken implements CanActivate {
  constructor(@Inject(ScalewayAuthGuard) readonly containers: unknown) {}
  canActivate() {
    return true;
  }
}
/** Nothing that is known of its class tells of our guard. */
@Injectable()
class SearchingGuard implements CanActivate {
  constructor(private readonly modules: ModuleRef) {}
  canActivate(context: ExecutionContext) {
    return this.modules.get(ScalewayAuthGuard, { strict: false }).canActivate(context);
  }
}
@ScwDelegatingGuard()
@Injectable()
class DeclaredGuard extends SearchingGuard {}
/** Overrides what was declared. */
@Injectable()
class HeirGuard extends DeclaredGuard {
  override canActivate(): never {
    return true as never;
  }
}
@ScwDelegatingGuard()
@Injectable()
class DeclaredByConstructor extends IdleGuard {}
@Injectable()
class HeirByConstructor extends DeclaredByConstructor {}
@ScwDelegatingGuard(false)
@Injectable()
class SometimesOurs extends ScalewayAuthGuard {
  override canActivate(context: ExecutionContext) {
    const { method } = context.switchToHttp().getRequest<{ method: string }>();
    return method === 'GET' || super.canActivate(context);
  }
}
@Injectable()
class HeirOfSometimes extends SometimesOurs {}
@ScwDelegatingGuard(false)
@Injectable()
class SometimesGuard extends IdleGuard {}

function controllerOf(guard: new (...dependencies: any[]) => CanActivate, isScoped = false) {
  @UseGuards(guard)
  @Controller('orders')
  class OrdersController {
    @Get()
    list() {
      return 'orders';
    }
  }
  const list = Object.getOwnPropertyDescriptor(OrdersController.prototype, 'list')!;
  if (isScoped) ScwRequireScope('application')(OrdersController.prototype, 'list', list);
  return OrdersController;
}

describe.each(platforms)('a guard of the user on %s', (platform) => {
  let running: RunningApp | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });
  const auth = () => ScalewayAuthModule.forRoot({ environment });
  const start = async (controller: new () => object) =>
    (running = await startApp(platform, rootModule({ imports: [auth()], controllers: [controller] })));
  const protection = () => scwRoutes(running!.app).map((route) => route.protection);
  const said = (level: string) => running!.logs.filter((line) => line.level === level).map(({ message }) => message);

  it.each([IdleGuard, IdleByProperty, IdleByToken])(
    'counts for nothing because %p has ours injected',
    async (guard) => {
      await start(controllerOf(guard));
      expect((await running!.get('/orders')).status).toBe(200);
      expect(protection()).toEqual(['not covered']);
      expect(said('warn')).toContainEqual(
        expect.stringMatching(new RegExp(`^${guard.name} has ScalewayAuthGuard injected.*@ScwDelegatingGuard\\(\\)`)),
      );
      await expect(
        muted(() => startApp(platform, rootModule({ imports: [auth()], controllers: [controllerOf(guard, true)] }))),
      ).rejects.toThrow(
        `@ScwRequireScope() has no effect, since ${guard.name} has ScalewayAuthGuard injected, and does not say that it asks it`,
      );
    },
  );
  it('counts for nothing as a global guard either', async () => {
    const providers = [{ provide: APP_GUARD, useClass: IdleGuard }];
    const root = rootModule({ imports: [auth()], controllers: [controllerOf(SometimesGuard)], providers });
    running = await startApp(platform, root);
    expect(protection()).toEqual(['not covered']);
    expect(said('warn')).toContainEqual(expect.stringMatching(/^IdleGuard has ScalewayAuthGuard injected/));
  });
  it('counts for nothing when a factory with ours makes it for each request', async () => {
    const idle = { canActivate: () => true };
    const factory = { scope: Scope.REQUEST, inject: [ScalewayAuthGuard], useFactory: () => idle };
    const root = rootModule({
      imports: [auth()],
      controllers: [controllerOf(SometimesGuard)],
      providers: [{ provide: APP_GUARD, ...factory }],
    });
    running = await startApp(platform, root);
    expect((await running.get('/orders')).status).toBe(200);
    expect(protection()).toEqual(['not covered']);
  });
  it.each([SometimesGuard, SometimesOurs, HeirOfSometimes])(
    'is not warned of when it says that it asks ours about some calls alone: %p',
    async (guard) => {
      await start(controllerOf(guard));
      expect((await running!.get('/orders')).status).toBe(200);
      expect(protection()).toEqual(['not covered']);
      expect(said('warn')).toEqual([expect.stringMatching(/^No handler is guarded/)]);
    },
  );
  it('says nothing of its subclasses when it says that it asks ours', async () => {
    await start(controllerOf(HeirGuard));
    expect((await running!.get('/orders')).status).toBe(200);
    expect(protection()).toEqual(['not covered']);
    await running!.close();
    await start(controllerOf(HeirByConstructor));
    expect(protection()).toEqual(['not covered']);
    expect(said('warn')).toContainEqual(expect.stringMatching(/^HeirByConstructor has ScalewayAuthGuard injected/));
  });
  it('that finds ours by ModuleRef is told how to say so', async () => {
    const root = rootModule({ imports: [auth()], controllers: [controllerOf(SearchingGuard, true)] });
    const error: unknown = await muted(() => startApp(platform, root).catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(ScalewayAuthConfigurationError);
    expect((error as Error).message).toMatch(
      /OrdersController\.list .*no ScalewayAuthGuard is applied.*a guard of your own that asks it says so with @ScwDelegatingGuard\(\)/,
    );
  });
  it('counts as ours when it says that it asks it', async () => {
    await start(controllerOf(DeclaredGuard, true));
    expect(protection()).toEqual(['guarded']);
    expect(said('warn')).toEqual([]);
    expect((await running!.get('/orders')).status).toBe(401);
    expect((await running!.get('/orders', { 'X-Auth-Token': token() })).status).toBe(403);
  });
  it('counts as ours for the whole application', async () => {
    const providers = [{ provide: APP_GUARD, useClass: DeclaredGuard }];
    const root = rootModule({ imports: [auth()], controllers: [controllerOf(SometimesGuard, true)], providers });
    running = await startApp(platform, root);
    expect(protection()).toEqual(['guarded']);
    expect((await running.get('/orders')).status).toBe(401);
  });
});
