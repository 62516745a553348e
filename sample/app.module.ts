import { Module } from '@nestjs/common';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { HealthController } from './health.controller.js';
import { WhoamiController } from './whoami.controller.js';

@Module({
  // Nothing to configure: Scaleway injects the SCW_* variables that the module reads.
  imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })],
  controllers: [HealthController, WhoamiController],
})
export class AppModule {}
