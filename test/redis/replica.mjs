// A private container that shares its deny list, with the client and the settings that its environment names.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';

const { REVOCATION_STORE_URL: url, CLIENT, WHEN_AWAY, MAX_LIST_AGE, CLOCK_AHEAD_MS, PORT } = process.env;

if (CLOCK_AHEAD_MS) {
  const { now } = Date;
  Date.now = () => now() + Number(CLOCK_AHEAD_MS);
}

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
Controller()(WhoamiController);

const where =
  CLIENT === 'ioredis' ? { client: new (await import('ioredis')).Redis(url, { lazyConnect: true }) } : { url };
const revocation = {
  store: new RedisRevocationLog(where),
  ...(WHEN_AWAY && { whenStoreIsAway: WHEN_AWAY }),
  ...(MAX_LIST_AGE && { maxListAge: Number(MAX_LIST_AGE) }),
};

class AppModule {}
Module({
  imports: [ScalewayAuthModule.forRoot({ revocation, protectAllRoutes: true })],
  controllers: [WhoamiController],
})(AppModule);

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(Number(PORT), '127.0.0.1');
