import { Controller, Get, Module, Scope, type Type, UseGuards, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwPublic, ScwRequireScope } from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment, forApplication, token } from '../support/issuer.js';

type Method = (...args: unknown[]) => unknown;

/** As tracing libraries do: each method that is read is a new function. */
function traced<T extends object>(instance: T): T {
  return new Proxy(instance, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return (...args: unknown[]) => (value as Method).apply(target, args);
    },
  });
}

@Controller({ path: 'orders', scope: Scope.REQUEST })
class BoundForEachRequest {
  constructor() {
    this.list = this.list.bind(this);
  }
  @UseGuards(ScalewayAuthGuard)
  @Get()
  list() {
    return 'orders';
  }
}
@Controller('orders')
class Traced {
  constructor() {
    return traced(this);
  }
  @UseGuards(ScalewayAuthGuard)
  @Get()
  list() {
    return 'orders';
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class ScopedAndWrapped {
  constructor() {
    const { list } = this;
    this.list = () => list.apply(this);
  }
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
}
@Controller('orders')
class ScopedAndTraced {
  constructor() {
    return traced(this);
  }
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
}
@Controller('orders')
class ExemptAndTraced {
  constructor() {
    return traced(this);
  }
  @ScwPublic()
  @Get()
  list() {
    return 'orders';
  }
}
/** Nothing at boot tells what its constructor will do. */
@Controller({ path: 'orders', scope: Scope.REQUEST })
class TracedForEachRequest {
  constructor() {
    return traced(this);
  }
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class ScopedAndBound {
  constructor() {
    this.list = this.list.bind(this);
  }
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
}
@UseGuards(ScalewayAuthGuard)
@Controller('orders')
class GuardedAndTraced {
  constructor() {
    return traced(this);
  }
  @Get()
  list() {
    return 'orders';
  }
  /** A comparison is no assignment, and no other object's property is one of this class. */
  compare(other: { list?: unknown }) {
    other.list = 1;
    return this.list === other.list;
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class Compared {
  @UseGuards(ScalewayAuthGuard)
  @Get()
  list() {
    return (this.list as unknown) === undefined ? 'none' : 'orders';
  }
}

const shared = () => 'shared';
/** Two methods are one function, which tells nothing of which was called. */
@Controller('orders')
class Shared {
  constructor() {
    this.list = shared;
    this.health = shared;
  }
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
  @ScwPublic()
  @Get('health')
  health() {
    return 'ok';
  }
}
@Controller('orders')
class ScopedShared {
  constructor() {
    this.list = shared;
  }
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
}
@Controller('other')
class ExemptShared {
  constructor() {
    this.list = shared;
  }
  @ScwPublic()
  @Get()
  list() {
    return 'orders';
  }
}
function Replaced(): MethodDecorator {
  return (_target, _name, descriptor: TypedPropertyDescriptor<any>) => {
    const replaced = descriptor.value as Method;
    descriptor.value = function replacement(...args: unknown[]) {
      return replaced.apply(this, args);
    };
    return descriptor;
  };
}
@Controller('orders')
class GuardedAbove {
  @Get()
  @UseGuards(ScalewayAuthGuard)
  @Replaced()
  list() {
    return 'orders';
  }
}
@Controller('orders')
class GuardedBelow {
  @Get()
  @Replaced()
  @UseGuards(ScalewayAuthGuard)
  list() {
    return 'orders';
  }
}

/** Each wrapper has the name of the exempt handler. */
function wrapped(instance: object, names: readonly string[]): void {
  const methods = instance as Record<string, Method>;
  for (const name of names) {
    const method = methods[name]!;
    methods[name] = function health(...args) {
      return method.apply(instance, args);
    };
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class WrappedAsExempt {
  constructor() {
    wrapped(this, ['list', 'health']);
  }
  @Get()
  list() {
    return 'orders';
  }
  @ScwPublic()
  @Get('health')
  health() {
    return 'ok';
  }
}
const bindAll = (instance: object, name: string) => {
  const methods = instance as Record<string, Method>;
  methods[name] = methods[name]!.bind(instance);
};
class GuardedForEachRequest {
  @UseGuards(ScalewayAuthGuard)
  @Get()
  list() {
    return 'orders';
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class BoundByHelper extends GuardedForEachRequest {
  constructor() {
    super();
    bindAll(this, 'list');
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class BoundByName extends GuardedForEachRequest {
  constructor() {
    super();
    for (const name of ['list'] as const) this[name] = this[name].bind(this);
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class BoundByAlias extends GuardedForEachRequest {
  constructor() {
    super();
    // oxlint-disable-next-line typescript/no-this-alias
    const self = this;
    self.list = self.list.bind(self);
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class WrappedForEachRequest extends GuardedForEachRequest {
  constructor() {
    super();
    wrapped(this, ['list']);
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class WrappedAndOpen {
  constructor() {
    wrapped(this, ['list']);
  }
  @Get()
  list() {
    return 'orders';
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class TracedBesideGuarded {
  constructor() {
    const { list } = this;
    const traces = () => list.apply(this);
    for (const key of Reflect.getMetadataKeys(list) as string[])
      Reflect.defineMetadata(key, Reflect.getMetadata(key, list), traces);
    this.list = traces;
  }
  @Get()
  list() {
    return 'orders';
  }
  @UseGuards(ScalewayAuthGuard)
  @Get('guarded')
  guarded() {
    return 'guarded';
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class ReturnsBoundProxy {
  constructor() {
    return new Proxy(this, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? (value as Method).bind(target) : value;
      },
    });
  }
  @Get()
  list() {
    return 'orders';
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class TracedWithGuard extends GuardedForEachRequest {
  constructor() {
    super();
    return traced(this);
  }
}
@Controller({ path: 'orders', scope: Scope.REQUEST })
class CalledWithItself extends GuardedForEachRequest {
  other = () => Object.prototype.hasOwnProperty.call(this, 'list');
}

describe.each(platforms)('a method that is replaced, on %s', (platform) => {
  let running: RunningApp | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });
  const start = async (controller: Type, protectAllRoutes: boolean) =>
    (running = await startApp(
      platform,
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment, protectAllRoutes })],
        controllers: [controller],
      }),
    ));
  const statuses = async () => [
    (await running!.get('/orders')).status,
    (await running!.get('/orders', { 'X-Auth-Token': token() })).status,
    (await running!.get('/orders', { 'X-Auth-Token': token(forApplication(environment.SCW_APPLICATION_ID)) })).status,
  ];

  it.each<[Type, boolean, RegExp]>([
    [Traced, false, /from which Nest cannot read @UseGuards\(\)/],
    [ScopedAndTraced, true, /from which nothing can read @ScwPublic\(\)/],
    [ExemptAndTraced, true, /from which nothing can read @ScwPublic\(\)/],
    [Shared, true, /Shared\.health .*from which nothing can read @ScwPublic\(\)/],
  ])('stops the boot where its decorators are lost: %p', async (controller, protectAllRoutes, message) => {
    await expect(muted(() => start(controller, protectAllRoutes))).rejects.toThrow(message);
  });
  it('lets nobody in where its decorators are lost while requests come in', async () => {
    await start(ScopedAndWrapped, true);
    expect(await statuses()).toEqual([500, 500, 500]);
    await running!.close();
    await start(TracedForEachRequest, true);
    expect(await statuses()).toEqual([500, 500, 500]);
    expect(running!.logs.map(({ message }) => String(message))).toContainEqual(
      expect.stringMatching(/nothing tells which decorators are meant for it/),
    );
  });
  it('lets nobody in by the name of an exempt handler', async () => {
    await start(WrappedAsExempt, true);
    expect(await statuses()).toEqual([500, 500, 500]);
  });
  it.each([WrappedForEachRequest, TracedWithGuard])(
    'lets nobody in where its guard is lost: %p',
    async (controller) => {
      await start(controller, false);
      expect(await statuses()).toEqual([403, 403, 403]);
      expect(running!.logs.map(({ message }) => String(message))).toContainEqual(
        expect.stringContaining(`Calls of ${controller.name} are refused: @UseGuards(ScalewayAuthGuard) stands on it`),
      );
      await running!.close();
      await start(controller, true);
      expect(await statuses()).toEqual([401, 200, 200]);
      await running!.close();
      running = await startApp(
        platform,
        rootModule({
          imports: [ScalewayAuthModule.forRoot({ environment: { SCW_PUBLIC: 'true' } })],
          controllers: [controller],
        }),
      );
      expect(await statuses()).toEqual([200, 200, 200]);
    },
  );
  it.each([
    ['its constructor returns what is of no class, and nothing is guarded', ReturnsBoundProxy],
    ['a tracer has copied what stands on it, beside a guarded method', TracedBesideGuarded],
    ['no method of its class is guarded', WrappedAndOpen],
  ])('is open where %s', async (_name, controller) => {
    await start(controller, false);
    expect(await statuses()).toEqual([200, 200, 200]);
  });
  it('is guarded where nothing is lost', async () => {
    await start(ScopedAndBound, true);
    expect(await statuses()).toEqual([401, 403, 200]);
    for (const [controller, protectAllRoutes] of [
      [GuardedAndTraced, false],
      [Compared, false],
      [BoundForEachRequest, true],
      [BoundForEachRequest, false],
      [BoundByHelper, true],
      [BoundByHelper, false],
      [BoundByName, false],
      [BoundByAlias, false],
      [CalledWithItself, false],
    ] as const) {
      await running!.close();
      await start(controller, protectAllRoutes);
      expect([controller.name, await statuses()]).toEqual([controller.name, [401, 200, 200]]);
    }
  });
});

describe('what is one function in several places', () => {
  let running: RunningApp | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  it('has on each class what decorators say there', async () => {
    const auth = ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true });
    for (const controllers of [
      [ScopedShared, ExemptShared],
      [ExemptShared, ScopedShared],
    ]) {
      running = await startApp('express', rootModule({ imports: [auth], controllers }));
      expect((await running.get('/orders')).status).toBe(401);
      expect((await running.get('/orders', { 'X-Auth-Token': token() })).status).toBe(403);
      expect((await running.get('/other')).status).toBe(200);
      await running.close();
      running = undefined;
    }
  });
  it('is guarded by @UseGuards above what replaces it, and not covered by what is below', async () => {
    for (const [controller, protection, status] of [
      [GuardedAbove, 'guarded', 401],
      [GuardedBelow, 'not covered', 200],
    ] as const) {
      const imports = [ScalewayAuthModule.forRoot({ environment })];
      running = await startApp('express', rootModule({ imports, controllers: [controller] }));
      expect(scwRoutes(running.app).map((route) => route.protection)).toEqual([protection]);
      expect((await running.get('/orders')).status).toBe(status);
      await running.close();
      running = undefined;
    }
  });
});

describe('the address of a route', () => {
  let running: RunningApp | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  it('has the paths of its modules and the global prefix, where it is not excluded', async () => {
    @Controller('orders')
    class OrdersController {
      @Get()
      list() {
        return 'orders';
      }
      @Get('health')
      health() {
        return 'ok';
      }
    }
    @Module({ controllers: [OrdersController] })
    class ShopModule {}
    @Module({ controllers: [OrdersController] })
    class AdminModule {}
    const imports = [
      ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true }),
      ShopModule,
      AdminModule,
      RouterModule.register([
        { path: 'shop', module: ShopModule },
        { path: '/admin/', module: AdminModule },
      ]),
    ];
    running = await startApp('express', rootModule({ imports }), (app) => {
      app.setGlobalPrefix('api', { exclude: ['shop/orders/health'] });
    });
    const addresses = scwRoutes(running.app).map(({ address }) => address);
    expect(addresses).toEqual([
      'GET /api/shop/orders, /api/admin/orders',
      'GET /shop/orders/health, /api/admin/orders/health',
    ]);
    for (const path of addresses.flatMap((address) => address.slice('GET '.length).split(', ')))
      expect([path, (await running.get(path)).status]).toEqual([path, 401]);
  });
  it('has the default version where it names none', async () => {
    @Controller('orders')
    class OrdersController {
      @Get()
      list() {
        return 'orders';
      }
    }
    const auth = ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true });
    running = await startApp('express', rootModule({ imports: [auth], controllers: [OrdersController] }), (app) => {
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    });
    expect(scwRoutes(running.app).map(({ address }) => address)).toEqual(['GET /orders (version 2)']);
    expect((await running.get('/v2/orders')).status).toBe(401);
  });
  it('has the host and the versions', async () => {
    @Controller({ path: 'orders', host: 'admin.example.com', version: ['1', VERSION_NEUTRAL] })
    class OrdersController {
      @Get()
      list() {
        return 'orders';
      }
    }
    const auth = ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true });
    running = await startApp('express', rootModule({ imports: [auth], controllers: [OrdersController] }));
    expect(scwRoutes(running.app).map(({ address }) => address)).toEqual([
      'GET /orders (host admin.example.com, version 1, neutral)',
    ]);
  });
});
