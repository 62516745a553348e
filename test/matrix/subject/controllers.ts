import { Controller, Get, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScwClaims, ScwPublic, ScwTokenClaims } from 'nestjs-scaleway-auth';

@UseGuards(ScalewayAuthGuard)
@Controller('orders')
export class OrdersController {
  @Get()
  list(@ScwClaims() caller: ScwTokenClaims) {
    return { scope: caller.scope };
  }

  @ScwPublic()
  @Get('health')
  health() {
    return { status: 'up' };
  }
}

/** Without a guard of its own: for an application that protects all its routes. */
@Controller('stock')
export class StockController {
  @Get()
  list(@ScwClaims() caller: ScwTokenClaims) {
    return { scope: caller.scope };
  }

  @ScwPublic()
  @Get('health')
  health() {
    return { status: 'up' };
  }
}
