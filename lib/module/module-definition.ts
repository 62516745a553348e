import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import type { ScalewayAuthModuleExtras, ScalewayAuthOptions } from './scaleway-auth.options.js';

const EXTRAS: Required<ScalewayAuthModuleExtras> = { isGlobal: true, protectAllRoutes: false };

/** Gives forRoot and forRootAsync their usual forms. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ScalewayAuthOptions>({ moduleName: 'ScalewayAuth' })
    .setClassMethodName('forRoot')
    .setExtras(EXTRAS, (definition, { isGlobal, protectAllRoutes }): DynamicModule => {
      const providers = [...(definition.providers ?? [])];
      const guard = typeof protectAllRoutes === 'object' ? protectAllRoutes.guard : ScalewayAuthGuard;
      if (guard !== ScalewayAuthGuard) providers.push(guard);
      // An alias, so that a test which overrides the guard's provider reaches this one too.
      if (protectAllRoutes) providers.push({ provide: APP_GUARD, useExisting: guard });
      return { ...definition, global: isGlobal, providers };
    })
    .build();
