// A private container that shares its deny list, and is told in WHEN_AWAY what to do while the store is away.
import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';

class WhoamiController {
  whoami() {
    return { ok: true };
  }
}
Get('whoami')(
  WhoamiController.prototype,
  'whoami',
  Object.getOwnPropertyDescriptor(WhoamiController.prototype, 'whoami'),
);
UseGuards(ScalewayAuthGuard)(WhoamiController);
Controller()(WhoamiController);

const store = new Keyv(new KeyvRedis(process.env.REVOCATION_STORE_URL), { namespace: 'scaleway-auth' });
const revocation = { store, whenStoreIsAway: process.env.WHEN_AWAY || undefined };

class AppModule {}
Module({ imports: [ScalewayAuthModule.forRoot({ revocation })], controllers: [WhoamiController] })(AppModule);

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(Number(process.env.PORT), '127.0.0.1');
