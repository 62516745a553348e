import 'reflect-metadata';
import { type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';

/** Two applications in one process: one whose controller asks for the guard, and one that protects all its routes. */
export async function serve(controllers: { OrdersController: Type; StockController: Type }): Promise<void> {
  @Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [controllers.OrdersController] })
  class OrdersModule {}

  @Module({
    imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })],
    controllers: [controllers.StockController],
  })
  class StockModule {}

  const orders = await listen(OrdersModule);
  const stock = await listen(StockModule);
  process.once('SIGTERM', () => void Promise.all([orders.close(), stock.close()]));
  console.log(`listening ${JSON.stringify({ orders: await orders.getUrl(), stock: await stock.getUrl() })}`);
}

async function listen(module: Type): Promise<INestApplication> {
  const adapter = process.env['PLATFORM'] === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(module, adapter, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  return app;
}
