import type { AddressInfo } from 'node:net';
import { Controller, type ExecutionContext, Get, type INestApplication, Injectable, UseGuards } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwRequireScope } from 'nestjs-scaleway-auth';
import { get, platforms } from '../support/app.js';
import { environment, token } from '../support/issuer.js';

@Controller()
class OrdersController {
  @Get('open')
  open(): string {
    return 'open';
  }
  @UseGuards(ScalewayAuthGuard)
  @Get('guarded')
  guarded(): string {
    return 'guarded';
  }
}

const letEverybodyIn = { canActivate: () => true };

/** What users do with Nest's testing module, to test handlers without tokens. */
describe.each(platforms)('a testing module on %s', (platform) => {
  let app: INestApplication | undefined;
  afterEach(() => app?.close());

  async function statuses(
    protectAllRoutes: boolean,
    change: (builder: TestingModuleBuilder) => TestingModuleBuilder,
  ): Promise<{ open: number; guarded: number }> {
    const imports = [ScalewayAuthModule.forRoot({ environment, protectAllRoutes })];
    const module = await change(Test.createTestingModule({ imports, controllers: [OrdersController] })).compile();
    app = module.createNestApplication(platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    return { open: (await get(`${url}/open`)).status, guarded: (await get(`${url}/guarded`)).status };
  }

  it('guards with the real guard', async () => {
    expect(await statuses(false, (builder) => builder)).toEqual({ open: 200, guarded: 401 });
    const { port } = app!.getHttpServer().address() as AddressInfo;
    expect((await get(`http://127.0.0.1:${port}/guarded`, { 'X-Auth-Token': token() })).status).toBe(200);
  });
  it('replaces @UseGuards with overrideGuard', async () => {
    const change = (builder: TestingModuleBuilder) => builder.overrideGuard(ScalewayAuthGuard).useValue(letEverybodyIn);
    expect(await statuses(false, change)).toEqual({ open: 200, guarded: 200 });
  });
  it('guards all routes with protectAllRoutes', async () => {
    expect(await statuses(true, (builder) => builder)).toEqual({ open: 401, guarded: 401 });
  });
  it('replaces the guard of the whole application with overrideProvider', async () => {
    const change = (builder: TestingModuleBuilder) =>
      builder.overrideProvider(ScalewayAuthGuard).useValue(letEverybodyIn);
    // What stands in @UseGuards is an instance of its own, which Nest reaches with overrideGuard alone.
    expect(await statuses(true, change)).toEqual({ open: 200, guarded: 401 });
  });
});

@Controller()
class ScopedController {
  @ScwRequireScope('application')
  @Get('scoped')
  scoped(): string {
    return 'scoped';
  }
}

@Injectable()
class OwnGuard extends ScalewayAuthGuard {}

it.each([
  ['the guard', true, ScalewayAuthGuard],
  ['a guard of its own', { guard: OwnGuard }, OwnGuard],
])(
  'does not stop the boot of a test that replaces %s of the whole application',
  async (_name, protectAllRoutes, guard) => {
    const imports = [ScalewayAuthModule.forRoot({ environment, protectAllRoutes })];
    const module = await Test.createTestingModule({ imports, controllers: [ScopedController] })
      .overrideProvider(guard)
      .useValue(letEverybodyIn)
      .compile();
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    expect((await get(`http://127.0.0.1:${port}/scoped`)).status).toBe(200);
    await app.close();
  },
);

describe('a context that somebody wrote by hand', () => {
  const fakeContext = (request: object, more: object = {}) =>
    ({
      getType: () => 'http',
      getHandler: () => OrdersController.prototype.guarded,
      getClass: () => OrdersController,
      switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ setHeader: () => undefined }) }),
      ...more,
    }) as unknown as ExecutionContext;

  it.each([
    ['with switchToHttp alone', {}],
    ['whose getArgByIndex gives nothing', { getArgByIndex: () => undefined }],
    ['whose getArgByIndex gives another mock', { getArgByIndex: () => () => undefined }],
  ])('%s is guarded like a real one', async (_, more) => {
    const module = await Test.createTestingModule({
      imports: [ScalewayAuthModule.forRoot({ environment })],
    })
      .setLogger(false as never)
      .compile();
    const guard = module.get(ScalewayAuthGuard);
    expect(guard.canActivate(fakeContext({ headers: { 'x-auth-token': token() } }, more))).toBe(true);
    expect(() => guard.canActivate(fakeContext({ headers: {} }, more))).toThrow('Unauthorized');
    await module.close();
  });
});
