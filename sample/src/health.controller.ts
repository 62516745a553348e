import { Controller, Get } from '@nestjs/common';
import { ScwPublic } from 'nestjs-scaleway-auth';

/** Scaleway's health probe carries no token. */
@ScwPublic()
@Controller('health')
export class HealthController {
  @Get()
  check() {
    return { status: 'ok' };
  }
}
