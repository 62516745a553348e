import type { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { expectTypeOf } from 'expect-type';
import {
  ScalewayAuthModule,
  type ScalewayAuthModuleExtras,
  type ScalewayAuthOptions,
  type ScalewayEnvironment,
} from 'nestjs-scaleway-auth';

// A container on Scaleway needs no options.
expectTypeOf(ScalewayAuthModule.forRoot()).toEqualTypeOf<DynamicModule>();
expectTypeOf<{}>().toExtend<ScalewayAuthOptions>();
expectTypeOf<{}>().toExtend<ScalewayAuthModuleExtras>();

expectTypeOf<ScalewayAuthOptions['environment']>().toEqualTypeOf<ScalewayEnvironment | undefined>();
expectTypeOf<ScalewayAuthOptions['headers']>().toEqualTypeOf<readonly string[] | undefined>();
expectTypeOf<ScalewayAuthOptions['issuer']>().toEqualTypeOf<string | undefined>();
expectTypeOf<ScalewayAuthOptions['audience']>().toEqualTypeOf<string | undefined>();
expectTypeOf<
  Pick<ScalewayAuthOptions, 'cacheSize' | 'clockTolerance' | 'maxTokenAge' | 'maxTokenLength'>
>().toEqualTypeOf<{
  cacheSize?: number;
  clockTolerance?: number;
  maxTokenAge?: number;
  maxTokenLength?: number;
}>();
expectTypeOf<Pick<ScalewayAuthOptions, 'requireAudience' | 'requireExpiry' | 'requireIssuer'>>().toEqualTypeOf<{
  requireAudience?: boolean;
  requireExpiry?: boolean;
  requireIssuer?: boolean;
}>();

// What shapes the module stands beside the options.
ScalewayAuthModule.forRoot({ requireExpiry: true, isGlobal: false, protectAllRoutes: true });
ScalewayAuthModule.forRootAsync({
  protectAllRoutes: true,
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({ maxTokenAge: config.getOrThrow<number>('MAX_TOKEN_AGE') }),
});
ScalewayAuthModule.forRootAsync({ useFactory: async () => ({ cacheSize: 0 }) });

// @ts-expect-error -- misspelt
ScalewayAuthModule.forRoot({ requireExpire: true });
// @ts-expect-error -- seconds are a number
ScalewayAuthModule.forRoot({ maxTokenAge: '86400' });
// @ts-expect-error -- a boolean, not the text of a variable
ScalewayAuthModule.forRoot({ requireExpiry: 'true' });
// @ts-expect-error -- a list
ScalewayAuthModule.forRoot({ headers: 'X-Auth-Token' });

// The process's own variables are an environment, and so is part of one.
expectTypeOf(process.env).toExtend<ScalewayEnvironment>();
expectTypeOf<{ SCW_PUBLIC: 'true' }>().toExtend<ScalewayEnvironment>();
// @ts-expect-error -- variables are strings
ScalewayAuthModule.forRoot({ environment: { SCW_PUBLIC: true } });
