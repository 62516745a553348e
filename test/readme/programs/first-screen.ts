import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';

@UseGuards(ScalewayAuthGuard)
@Controller()
export class OrdersController {
  @Get('orders')
  list(@ScwClaims() caller: ScwTokenClaims) {
    return `Hello, ${caller.scope} ${caller.namespaceId ?? caller.applicationId}`;
  }
}

@Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [OrdersController] })
export class AppModule {}
