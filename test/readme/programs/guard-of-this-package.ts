import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims } from 'nestjs-scaleway-auth';

@UseGuards(ScalewayAuthGuard)
@Controller('orders')
export class OrdersController {
  @Get()
  list(@ScwClaims('namespaceId') namespaceId: string | undefined) {
    return `orders of ${namespaceId}`;
  }
}

@Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [OrdersController] })
export class AppModule {}
