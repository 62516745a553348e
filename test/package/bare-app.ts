import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list(@ScwClaims() caller: ScwTokenClaims) {
    return { scope: caller.scope };
  }
}

@Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [OrdersController] })
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule);
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}
void main();
