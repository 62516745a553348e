import { Controller, Get, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { ScalewayAuthGuard, ScalewayAuthModule, ScalewayTokenVerifier, ScwRequireScope } from 'nestjs-scaleway-auth';
import { collectingLogger, type LogLine, rootModule } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment } from '../support/issuer.js';
import { freePort } from '../support/process.js';

@Controller('orders')
class OrdersController {
  @ScwRequireScope('application')
  @Get()
  list() {
    return 'orders';
  }
}

/** Its main.ts calls useGlobalGuards. */
const root = () =>
  rootModule({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers: [OrdersController] });
const options = (logs: LogLine[] = []) => ({ logger: collectingLogger(logs), abortOnError: false });
const refusal = /OrdersController\.list .*@ScwRequireScope\(\) has no effect/;

describe('what nobody can call', () => {
  let context: INestApplicationContext | undefined;
  afterEach(() => context?.close());

  it('starts without its guards: an application context', async () => {
    const logs: LogLine[] = [];
    context = await NestFactory.createApplicationContext(root(), options(logs));
    expect(context.get(ScalewayTokenVerifier).containerIsPublic).toBe(false);
    expect(logs.filter(({ context: by }) => by === 'ScalewayAuth')).toEqual([]);
  });
  it('lets an application have its guards that a testing module makes which was initialized', async () => {
    const testing = await Test.createTestingModule({ imports: [root()] }).compile();
    context = await testing.init();
    const application = testing.createNestApplication();
    application.useGlobalGuards(application.get(ScalewayAuthGuard));
    await application.listen(0, '127.0.0.1');
    expect((await fetch(`${await application.getUrl()}/orders`)).status).toBe(401);
    await application.close();
  });
  it('starts without its guards: a testing module; an application that it makes does not', async () => {
    const testing = await Test.createTestingModule({ imports: [root()] }).compile();
    context = await testing.init();
    await muted(() => expect(testing.createNestApplication().listen(0)).rejects.toThrow(refusal));
  });
  it('is no microservice', async () => {
    const listening = { transport: Transport.TCP as const, options: { port: await freePort() } };
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(root(), { ...options(), ...listening });
    context = app;
    await muted(() => expect(app.listen()).rejects.toThrow(refusal));
  });
});
