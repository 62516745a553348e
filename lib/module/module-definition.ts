import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import { GRAPHQL_GATEWAY } from '../routes/graphql-setup.js';
import type { ScalewayAuthModuleExtras, ScalewayAuthOptions } from './scaleway-auth.options.js';

/** All of them: Nest takes what is not named here for an option. */
const EXTRAS: ScalewayAuthModuleExtras = { isGlobal: true, protectAllRoutes: false, graphqlGateway: undefined };

/** Gives forRoot and forRootAsync their usual forms. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<ScalewayAuthOptions>({ moduleName: 'ScalewayAuth' })
    .setClassMethodName('forRoot')
    .setExtras(EXTRAS, (definition, { isGlobal, protectAllRoutes, graphqlGateway }): DynamicModule => {
      const providers = [...definition.providers!];
      const guard = typeof protectAllRoutes === 'object' ? protectAllRoutes.guard : ScalewayAuthGuard;
      if (guard !== ScalewayAuthGuard) providers.push(guard);
      // An alias, so that a test which overrides the guard's provider reaches this one too.
      if (protectAllRoutes) providers.push({ provide: APP_GUARD, useExisting: guard });
      if (graphqlGateway) providers.push({ provide: GRAPHQL_GATEWAY, useValue: graphqlGateway });
      return { ...definition, global: isGlobal ?? true, providers };
    })
    .build();
