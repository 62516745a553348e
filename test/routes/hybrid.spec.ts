import { Controller, Get, type INestApplication, type Type, UseGuards } from '@nestjs/common';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import {
  ScalewayAuthConfigurationError,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  type ScalewayAuthModuleExtras,
  ScwPublic,
  ScwRequireScope,
} from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { collectingLogger, platforms, rootModule } from '../support/app.js';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type ApplicationConfig, NestFactory } from '@nestjs/core';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { muted } from '../support/boot.js';
import { environment } from '../support/issuer.js';
import { freePort } from '../support/process.js';

const ran: string[] = [];

@Controller()
class OrdersController {
  @Get('orders')
  list() {
    return 'orders';
  }
  @MessagePattern('ask')
  ask() {
    ran.push('ask');
    return 'answer';
  }
  @EventPattern('happened')
  happened(_data: unknown) {
    ran.push('happened');
  }
}
@UseGuards(ScalewayAuthGuard)
@Controller()
class GuardedController {
  @MessagePattern('ask')
  ask() {
    ran.push('ask');
    return 'answer';
  }
}
@Controller()
class ExemptController {
  @ScwPublic()
  @MessagePattern('ask')
  ask() {
    ran.push('ask');
    return 'answer';
  }
}
@Controller()
class RedisController {
  @MessagePattern('ask', Transport.REDIS)
  ask() {
    return 'answer';
  }
}

describe.each(platforms)('a hybrid application on %s', (platform) => {
  let app: INestApplication | undefined;
  let port: number;
  beforeEach(async () => {
    ran.length = 0;
    port = await freePort();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  async function create(
    controller: new () => object,
    extras: ScalewayAuthModuleExtras = { protectAllRoutes: true },
    providers: Type[] = [],
  ) {
    const root = rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment, ...extras })],
      controllers: [controller],
      providers,
    });
    const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    return (app = await NestFactory.create(root, adapter, { logger: collectingLogger([]), abortOnError: false }));
  }
  const tcp = () => ({ transport: Transport.TCP, options: { host: '127.0.0.1', port } }) as const;
  async function ask(): Promise<unknown> {
    const client = ClientProxyFactory.create(tcp());
    try {
      return await lastValueFrom(client.send('ask', {})).catch(() => 'refused');
    } finally {
      client.close();
    }
  }
  const refused = (work: () => unknown) =>
    muted(async () => {
      const error: unknown = await Promise.resolve()
        .then(work)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expect(error).toBeInstanceOf(ScalewayAuthConfigurationError);
      return (error as Error).message;
    });

  it('does not connect a microservice without the guard of the whole application', async () => {
    const application = await create(OrdersController);
    const message = await refused(() => application.connectMicroservice(tcp()));
    expect(message).toMatch(
      /OrdersController\.ask \(message ask\): its microservice was connected without the guard\. Call useGlobalGuards first and connect it with connectMicroservice\(options, \{ inheritAppConfig: true \}\), or write @UseGuards/,
    );
    expect(message).toContain('OrdersController.happened (event happened)');
    expect(message).not.toContain('OrdersController.list');
    // Whoever catches it and starts the others.
    await application.startAllMicroservices();
    await application.listen(0, '127.0.0.1');
    expect(await ask()).toBe('refused');
    expect(ran).toEqual([]);
  });
  it('guards a microservice that inherits its configuration', async () => {
    const application = await create(OrdersController);
    application.connectMicroservice(tcp(), { inheritAppConfig: true });
    await application.startAllMicroservices();
    await application.listen(0, '127.0.0.1');
    expect(await ask()).toBe('refused');
    expect(ran).toEqual([]);
  });
  it('guards after useGlobalGuards, and does not connect before', async () => {
    const first = await create(OrdersController, {});
    first.useGlobalGuards(first.get(ScalewayAuthGuard));
    first.connectMicroservice(tcp(), { inheritAppConfig: true });
    await first.startAllMicroservices();
    expect(await ask()).toBe('refused');
    await first.close();

    const second = await create(OrdersController, {});
    second.connectMicroservice(tcp(), { inheritAppConfig: true });
    expect(await refused(() => second.useGlobalGuards(second.get(ScalewayAuthGuard)))).toContain(
      'OrdersController.ask',
    );
    await second.close();

    const third = await create(GuardedController, {});
    const microservice = third.connectMicroservice(tcp());
    expect(await refused(() => microservice.useGlobalGuards(third.get(ScalewayAuthGuard)))).toContain(
      'after the microservice was connected',
    );
  });
  it('judges a microservice whose initialization is deferred when it is bound', async () => {
    const first = await create(OrdersController, {});
    first.connectMicroservice(tcp(), { inheritAppConfig: true, deferInitialization: true });
    first.useGlobalGuards(first.get(ScalewayAuthGuard));
    await first.startAllMicroservices();
    expect(await ask()).toBe('refused');
    await first.close();

    const second = await create(OrdersController);
    second.connectMicroservice(tcp(), { deferInitialization: true });
    expect(await refused(() => second.startAllMicroservices())).toContain('OrdersController.ask');
    expect(await ask()).toBe('refused');
    expect(ran).toEqual([]);
  });
  it('does not bind gateways once more in a deferred microservice without the guard', async () => {
    @WebSocketGateway()
    class OrdersGateway {
      @SubscribeMessage('ask')
      ask() {
        return 'answer';
      }
    }
    const hybrid = await create(ExemptController, { protectAllRoutes: true }, [OrdersGateway]);
    const microservice = hybrid.connectMicroservice(tcp(), { deferInitialization: true });
    expect(scwRoutes(hybrid)).toContainEqual(
      expect.objectContaining({ handler: 'OrdersGateway.ask', protection: 'guarded' }),
    );
    expect(await refused(() => hybrid.startAllMicroservices())).toContain('binds it once more');
    await microservice.close();
  });
  it('refuses a guard that the configuration gets after the routes were bound', async () => {
    const late = await create(ExemptController, {});
    await late.init();
    const { config } = late as unknown as { config: ApplicationConfig };
    expect(await refused(() => config.addGlobalGuard(late.get(ScalewayAuthGuard)))).toContain(
      'Nest no longer binds it',
    );
    config.addGlobalGuard({ canActivate: () => true });
    expect(config.getGlobalGuards()).toHaveLength(1);
  });
  it('counts the guards of a microservice whose initialization is deferred', async () => {
    @Controller()
    class ScopedController {
      @ScwRequireScope('application')
      @MessagePattern('ask')
      ask() {
        ran.push('ask');
        return 'answer';
      }
    }
    const application = await create(ScopedController, {});
    const microservice = application.connectMicroservice(tcp(), { deferInitialization: true });
    microservice.useGlobalGuards(application.get(ScalewayAuthGuard));
    expect(scwRoutes(application).map(({ protection }) => protection)).toEqual(['guarded']);
    await application.startAllMicroservices();
    await application.init();
    expect(await ask()).toBe('refused');
    expect(ran).toEqual([]);
    expect(scwRoutes(application).map(({ protection }) => protection)).toEqual(['guarded']);
    await application.close();

    const second = await create(ScopedController, {});
    second.connectMicroservice(tcp(), { deferInitialization: true });
    expect(await refused(() => second.startAllMicroservices())).toContain('@ScwRequireScope() has no effect');
  });
  it('connects whatever holds', async () => {
    const guarded = await create(GuardedController);
    guarded.connectMicroservice(tcp());
    await guarded.startAllMicroservices();
    expect(await ask()).toBe('refused');
    await guarded.close();

    const exempt = await create(ExemptController);
    exempt.connectMicroservice(tcp());
    await exempt.startAllMicroservices();
    expect(await ask()).toBe('answer');
    await exempt.close();

    const forOthers = await create(RedisController);
    forOthers.connectMicroservice(tcp());
    await forOthers.close();

    const unguarded = await create(OrdersController, {});
    unguarded.connectMicroservice(tcp());
    await unguarded.startAllMicroservices();
    expect(await ask()).toBe('answer');
  });
});

describe('a microservice by itself', () => {
  it('is guarded by protectAllRoutes', async () => {
    const port = await freePort();
    const root = rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true })],
      controllers: [OrdersController],
    });
    const options = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
    const service = await NestFactory.createMicroservice(root, { ...options, logger: collectingLogger([]) });
    await service.listen();
    const client = ClientProxyFactory.create(options);
    expect(await lastValueFrom(client.send('ask', {})).catch(() => 'refused')).toBe('refused');
    client.close();
    await service.close();
  });
  it('takes no guard after it is bound', async () => {
    const port = await freePort();
    const root = rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment })],
      controllers: [OrdersController],
    });
    const options = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;
    for (const open of ['init', 'listen'] as const) {
      const service = await NestFactory.createMicroservice(root, {
        ...options,
        logger: collectingLogger([]),
        abortOnError: false,
      });
      await service[open]();
      await muted(async () => {
        expect(() => service.useGlobalGuards(service.get(ScalewayAuthGuard))).toThrow(/after the application was/);
      });
      service.useGlobalGuards({ canActivate: () => true });
      await service.close();
    }
  });
});
