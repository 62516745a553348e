import { Controller, Get, Module } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import { ScalewayAuthModule, type ScalewayAuthModuleExtras, ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { collectingLogger, rootModule } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment } from '../support/issuer.js';

@Controller('plain')
class PlainController {
  @Get()
  plain() {
    return 'plain';
  }
}

const auth = (extras: ScalewayAuthModuleExtras = {}) => ScalewayAuthModule.forRoot({ environment, ...extras });

/** Loads the module as an application does that has started, with these imports. */
async function load(imports: object[], lazy: object): Promise<string> {
  const root = rootModule({ imports: imports as never, controllers: [PlainController] });
  const app = await NestFactory.create(root, { logger: collectingLogger([]), abortOnError: false });
  await app.init();
  try {
    const reference = await app.get(LazyModuleLoader).load(() => lazy as never);
    return reference.get(ScalewayTokenVerifier, { strict: false }) === undefined ? 'nothing' : 'loaded';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await app.close();
  }
}

describe('ScalewayAuthModule by LazyModuleLoader', () => {
  const eager = [
    ['in its own module', rootModule({ imports: [auth()] })],
    ['as it is', auth()],
  ] as const;

  it.each([
    ['as it is', auth({ protectAllRoutes: true })],
    ['not global', auth({ isGlobal: false })],
    ['in a feature module', rootModule({ imports: [auth()] })],
    [
      'asynchronously',
      ScalewayAuthModule.forRootAsync({ useFactory: () => ({ environment }), protectAllRoutes: true }),
    ],
  ])('is refused alone, %s', async (_name, lazy) => {
    expect(await muted(() => load([], lazy))).toMatch(/loaded by LazyModuleLoader alone.*in the root module/);
  });
  it.each(eager)(
    'is refused with protectAllRoutes, where the root module imports it %s without',
    async (_name, imported) => {
      expect(await muted(() => load([imported], auth({ protectAllRoutes: true })))).toMatch(/with protectAllRoutes/);
    },
  );
  it('is loaded where the root module has it', async () => {
    @Module({ imports: [auth()] })
    class LibraryModule {}
    expect(await load([auth()], auth())).toBe('loaded');
    expect(await load([auth({ isGlobal: false })], LibraryModule)).toBe('loaded');
    expect(await load([auth({ protectAllRoutes: true })], auth({ protectAllRoutes: true }))).toBe('loaded');
  });
});
