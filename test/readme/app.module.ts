import { Controller, Get, Module } from '@nestjs/common';
import { ScalewayAuthModule, ScwPublic } from 'nestjs-scaleway-auth';

@Controller()
class OrdersController {
  @Get('orders')
  list() {
    return [];
  }

  @ScwPublic()
  @Get('health')
  health() {
    return 'ok';
  }
}

/** A user's own application, as the tests of the manual import it. */
@Module({ imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })], controllers: [OrdersController] })
export class AppModule {}
