import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';

@Module({
  imports: [
    ScalewayAuthModule.forRootAsync({
      imports: [ConfigModule.forRoot()],
      inject: [ConfigService],
      protectAllRoutes: true,
      useFactory: (config: ConfigService) => ({
        environment: {
          SCW_PUBLIC: config.get('SCW_PUBLIC'),
          SCW_PUBLIC_KEY: config.get('SCW_PUBLIC_KEY'),
          SCW_NAMESPACE_ID: config.get('SCW_NAMESPACE_ID'),
          SCW_APPLICATION_ID: config.get('SCW_APPLICATION_ID'),
        },
      }),
    }),
  ],
})
export class AppModule {}
