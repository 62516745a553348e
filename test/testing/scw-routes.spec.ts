import { Controller, Get, Injectable, Param, Post, UseGuards } from '@nestjs/common';
import { EventPattern, GrpcMethod, MessagePattern } from '@nestjs/microservices';
import { Args, Mutation, Parent, Query, ResolveField, ResolveReference, Resolver, Subscription } from '@nestjs/graphql';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwOptional, ScwPublic, ScwRequireScope } from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@Controller({ path: ['orders', 'bestellungen'], version: '1' })
class OrdersController {
  @Get(':id')
  one(@Param('id') id: string) {
    return id;
  }
  @ScwRequireScope('application')
  @Post()
  create() {}
  @ScwOptional()
  @Get()
  list() {}
  @ScwPublic()
  @Get('health')
  health() {}
  @MessagePattern({ cmd: 'sum' })
  sum() {}
  @EventPattern('created')
  created(_data: unknown) {}
  @GrpcMethod('Orders', 'Find')
  find() {}
}
@Controller()
class OpenController {
  @Get('open')
  open() {}
}
@WebSocketGateway()
class Gateway {
  @UseGuards(ScalewayAuthGuard)
  @SubscribeMessage('hello')
  hello() {}
  @SubscribeMessage('bye')
  bye() {}
}
@Resolver('User')
class UserResolver {
  @UseGuards(ScalewayAuthGuard)
  @Query(() => String)
  user() {
    return '';
  }
  @Mutation(() => String, { name: 'rename' })
  renameUser(@Args('name') name: string) {
    return name;
  }
  @Subscription(() => String)
  changed() {}
  @ResolveField('fullName', () => String)
  name(@Parent() _user: unknown) {
    return '';
  }
  @ResolveReference()
  reference() {}
}
@Injectable()
class Jobs {
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_CRON_OPTIONS', {}, Jobs.prototype.tick);
@Injectable()
class CreateOrderHandler {
  execute() {}
}
Reflect.defineMetadata('__commandHandler__', class CreateOrder {}, CreateOrderHandler);

const metadata = {
  controllers: [OrdersController, OpenController],
  providers: [Gateway, UserResolver, Jobs, CreateOrderHandler],
};
const short = (app: Parameters<typeof scwRoutes>[0]) =>
  scwRoutes(app).map(({ kind, handler, address, protection, scope }) =>
    [kind, address, handler, protection, scope].filter((each) => each !== undefined).join(' | '),
  );

describe.each(platforms)('scwRoutes() on %s', (platform) => {
  let running: RunningApp;
  afterEach(() => running.close());

  it('tells of every handler what protects it', async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    running = await startApp(platform, rootModule({ imports, ...metadata }), (app) => void app.setGlobalPrefix('api'));
    expect(short(running.app)).toEqual([
      'cqrs | CreateOrderHandler.execute | CreateOrderHandler.execute | not asked by Nest',
      'event | created | OrdersController.created | guarded',
      'field | User.fullName | UserResolver.name | not covered',
      'grpc | Orders/Find | OrdersController.find | guarded',
      'http | GET /api/open | OpenController.open | not covered',
      'http | GET /api/orders, /api/bestellungen (version 1) | OrdersController.list | optional',
      'http | GET /api/orders/:id, /api/bestellungen/:id (version 1) | OrdersController.one | guarded',
      'http | GET /api/orders/health, /api/bestellungen/health (version 1) | OrdersController.health | exempt',
      'http | POST /api/orders, /api/bestellungen (version 1) | OrdersController.create | guarded | application',
      'message | {"cmd":"sum"} | OrdersController.sum | guarded',
      'mutation | Mutation.rename | UserResolver.renameUser | not covered',
      'query | Query.user | UserResolver.user | guarded',
      'reference | User.__resolveReference | UserResolver.reference | not covered',
      'schedule | Jobs.tick | Jobs.tick | not asked by Nest',
      'subscription | Subscription.changed | UserResolver.changed | not covered',
      'websocket | bye | Gateway.bye | not covered',
      'websocket | hello | Gateway.hello | guarded',
    ]);
    const open = scwRoutes(running.app).find(({ handler }) => handler === 'OpenController.open');
    expect(open).toEqual({
      kind: 'http',
      handler: 'OpenController.open',
      address: 'GET /api/open',
      protection: 'not covered',
      why: 'no ScalewayAuthGuard is applied to it, to its class or to the application',
    });
  });
  it('tells of the whole application', async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true })];
    running = await startApp(
      platform,
      rootModule({ imports, controllers: metadata.controllers, providers: [Gateway] }),
    );
    expect(short(running.app).filter((line) => line.includes('not covered'))).toEqual([]);
  });
});

it('scwRoutes() takes a testing module', async () => {
  const testing = await Test.createTestingModule({
    imports: [ScalewayAuthModule.forRoot({ environment })],
    controllers: [OpenController],
  }).compile();
  expect(short(testing)).toEqual(['http | GET /open | OpenController.open | not covered']);
});
