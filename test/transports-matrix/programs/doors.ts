// What opens doors one after the other: hybrid applications, guards that come too late, options that are made for each request.
import { Controller, Get, Injectable, Scope, type Type, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { ScalewayAuthGuard, ScalewayAuthModule, type ScalewayAuthModuleExtras, ScwPublic } from 'nestjs-scaleway-auth';
import { lastValueFrom, timeout } from 'rxjs';
import { bootError, createApp, freePort, listen, logger, moduleOf, nestMajor } from './support/application.js';
import { environment } from './support/callers.js';
import { Shape } from './support/report.js';

let ran = 0;

@Controller()
class OrdersController {
  @Get('orders')
  list() {
    return 'orders';
  }
  @MessagePattern('ask')
  ask() {
    ran++;
    return 'answer';
  }
  @EventPattern('happened')
  happened(_data: unknown) {
    ran++;
  }
}
@UseGuards(ScalewayAuthGuard)
@Controller()
class GuardedController {
  @MessagePattern('ask')
  ask() {
    ran++;
    return 'answer';
  }
}
@Controller()
class ExemptController {
  @ScwPublic()
  @MessagePattern('ask')
  ask() {
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

const port = await freePort();
const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port } } as const;

const create = (controller: Type, extras: ScalewayAuthModuleExtras = { protectAllRoutes: true }) =>
  createApp({ imports: [ScalewayAuthModule.forRoot({ environment, ...extras })], controllers: [controller] });

async function ask(): Promise<string> {
  const client = ClientProxyFactory.create(tcp);
  const answer = client.send('ask', {}).pipe(timeout(3000));
  const got = await lastValueFrom<string>(answer).catch(() => 'refused');
  client.close();
  return got;
}

/** `refused at boot` where the message names the handler. */
async function atBoot(work: () => unknown): Promise<string> {
  const message = await bootError(work);
  return /OrdersController\.ask \(message ask\): its microservice was connected without the guard/.test(message)
    ? 'refused at boot'
    : message;
}

const shape = new Shape('hybrid application');
{
  const app = await create(OrdersController);
  shape.add('without inheritAppConfig', 'refused at boot', await atBoot(() => app.connectMicroservice(tcp)));
  await app.close();
}
{
  const app = await create(OrdersController);
  app.connectMicroservice(tcp, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await listen(app);
  shape.add('inheritAppConfig', 'refused', await ask());
  await app.close();
}
{
  const app = await create(OrdersController, {});
  app.useGlobalGuards(app.get(ScalewayAuthGuard));
  app.connectMicroservice(tcp, { inheritAppConfig: true });
  await app.startAllMicroservices();
  shape.add('useGlobalGuards, then connected', 'refused', await ask());
  await app.close();
}
{
  const app = await create(OrdersController, {});
  app.connectMicroservice(tcp, { inheritAppConfig: true });
  const message = await atBoot(() => app.useGlobalGuards(app.get(ScalewayAuthGuard)));
  shape.add('connected, then useGlobalGuards', 'refused at boot', message);
  await app.close();
}
{
  const app = await create(OrdersController, {});
  app.connectMicroservice(tcp, { inheritAppConfig: true });
  await app.startAllMicroservices();
  const message = await atBoot(() => app.useGlobalGuards(app.get(ScalewayAuthGuard)));
  shape.add('started, then useGlobalGuards', 'refused at boot', message);
  await app.close();
}
{
  const app = await create(GuardedController, {});
  const microservice = app.connectMicroservice(tcp);
  const message = await bootError(() => microservice.useGlobalGuards(app.get(ScalewayAuthGuard)));
  const isRefused = message.includes('after the microservice was connected');
  shape.add("connected, then the microservice's useGlobalGuards", 'refused', isRefused ? 'refused' : message);
  await app.close();
}
{
  const app = await create(OrdersController, {});
  app.connectMicroservice(tcp, { inheritAppConfig: true, deferInitialization: true });
  const started = await atBoot(async () => {
    app.useGlobalGuards(app.get(ScalewayAuthGuard));
    await app.startAllMicroservices();
  });
  // Nest 10 has no deferral, and binds at once.
  shape.add('deferred, then useGlobalGuards', nestMajor === 10 ? 'refused at boot' : 'started', started);
  shape.add('deferred, then useGlobalGuards, asked', 'refused', await ask());
  await app.close();
}
{
  const app = await create(OrdersController);
  const message = await atBoot(async () => {
    app.connectMicroservice(tcp, { deferInitialization: true });
    await app.startAllMicroservices();
  });
  shape.add('deferred without inheritAppConfig', 'refused at boot', message);
  shape.add('deferred without inheritAppConfig, asked', 'refused', await ask());
  await app.close().catch(() => {});
}
for (const [controller, extras, answers] of [
  [GuardedController, { protectAllRoutes: true }, 'refused'],
  [ExemptController, { protectAllRoutes: true }, 'answer'],
  [OrdersController, {}, 'answer'],
] as const) {
  const app = await create(controller, extras);
  const name = `${controller.name}, ${JSON.stringify(extras)}`;
  const started = await bootError(async () => {
    app.connectMicroservice(tcp);
    await app.startAllMicroservices();
  });
  shape.add(`${name}, the boot`, 'started', started);
  shape.add(`${name}, asked`, answers, await ask());
  await app.close();
}
{
  const app = await create(RedisController);
  shape.add('handlers of another transport', 'started', await bootError(() => app.connectMicroservice(tcp)));
  await app.close();
}
shape.add('handlers that ran', '1', String(ran));
await shape.print();

const late = new Shape('guards that come too late');
{
  const app = await create(OrdersController, {});
  await app.init();
  const message = await bootError(() => app.useGlobalGuards(app.get(ScalewayAuthGuard)));
  late.add(
    'useGlobalGuards after init',
    'refused',
    /after the application was initialized/.test(message) ? 'refused' : message,
  );
  await app.close();
}
{
  const service = await NestFactory.createMicroservice(
    moduleOf({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers: [OrdersController] }),
    { ...tcp, logger, abortOnError: false },
  );
  service.useGlobalGuards(service.get(ScalewayAuthGuard));
  await service.listen();
  late.add('a microservice, useGlobalGuards before listen', 'refused', await ask());
  await service.close();
}
await late.print();

const requested = new Shape('options that are made for each request');
@Injectable({ scope: Scope.REQUEST })
class Tenant {}
for (const protectAllRoutes of [true, false]) {
  const auth = ScalewayAuthModule.forRootAsync({
    inject: [Tenant],
    provideInjectionTokensFrom: [{ provide: Tenant, useClass: Tenant, scope: Scope.REQUEST } as never],
    useFactory: () => ({ environment }),
    protectAllRoutes,
  });
  const started = await bootError(async () => {
    const controller = protectAllRoutes ? OrdersController : GuardedController;
    const app = await createApp({ imports: [auth], controllers: [controller] });
    await app.init();
    await app.close();
  });
  requested.add(`protectAllRoutes: ${protectAllRoutes}`, 'refused', started === 'started' ? started : 'refused');
}
await requested.print();
