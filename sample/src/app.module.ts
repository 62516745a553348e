import { Module } from '@nestjs/common';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { HealthController } from './health.controller.js';
import { revocation } from './revocation.js';
import { WhoamiController } from './whoami.controller.js';

@Module({
  // The SCW_* variables, which the module reads, are injected by Scaleway. Without a store forRoot({ protectAllRoutes: true })
  // would be all.
  imports: [
    ScalewayAuthModule.forRootAsync({
      protectAllRoutes: true,
      useFactory: async () => ({ revocation: await revocation() }),
    }),
  ],
  controllers: [HealthController, WhoamiController],
})
export class AppModule {}
