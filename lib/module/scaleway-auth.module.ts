import { type DynamicModule, Module } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { reportAtBoot } from './report-at-boot.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import { APPLICATION_AUTH, type ApplicationAuth, provideApplicationAuth } from './application-auth.js';
import {
  ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  OPTIONS_TYPE,
} from './module-definition.js';
import { problemWithAsync, problemWithExtras } from './module-call.js';
import type { ScalewayAuthOptions } from './scaleway-auth.options.js';
import { ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import { ScalewayJwtStrategy } from '../passport/scaleway-jwt.strategy.js';

/** What is wrong with the call of forRoot or forRootAsync itself; said when the application boots, as all else is. */
const SETUP_PROBLEM = Symbol.for('nestjs-scaleway-auth:setup-problem');

/**
 * Checks the tokens of a private Scaleway Serverless Container. It reads the `SCW_*` variables that Scaleway injects when
 * the application boots, and an application with a private container that cannot check tokens does not boot.
 *
 * @example
 * @Module({ imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })] })
 * export class AppModule {}
 */
@Module({
  providers: [
    {
      provide: APPLICATION_AUTH,
      inject: [MODULE_OPTIONS_TOKEN, SETUP_PROBLEM, ModulesContainer, HttpAdapterHost],
      useFactory: bootApplicationAuth,
    },
    {
      provide: ScalewayJwtStrategy,
      inject: [APPLICATION_AUTH],
      useFactory: ({ strategy }: ApplicationAuth) => strategy,
    },
    {
      provide: ScalewayRevocations,
      inject: [APPLICATION_AUTH],
      useFactory: ({ revocations }: ApplicationAuth) => revocations,
    },
    ScalewayAuthGuard,
  ],
  exports: [APPLICATION_AUTH, ScalewayJwtStrategy, ScalewayRevocations, ScalewayAuthGuard],
})
export class ScalewayAuthModule extends ConfigurableModuleClass {
  /**
   * Configures the module; a container on Scaleway needs no option.
   *
   * A wrong option or variable stops the boot with a {@link ScalewayAuthConfigurationError}.
   *
   * @example
   * ScalewayAuthModule.forRoot()
   */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    const problem = problemWithExtras(options);
    return withProblem(super.forRoot(problem === undefined ? options : {}), problem);
  }

  /**
   * Configures the module with options that other providers make. `isGlobal` and `protectAllRoutes` stand beside
   * `useFactory`, since they shape the module before any provider exists.
   *
   * @example
   * ScalewayAuthModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ requireExpiry: config.get('REQUIRE_EXPIRY') === 'yes' }),
   * })
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    const problem = problemWithExtras(options) ?? problemWithAsync(options);
    return withProblem(super.forRootAsync(problem === undefined ? options : { useFactory: () => ({}) }), problem);
  }
}

function bootApplicationAuth(
  options: ScalewayAuthOptions,
  problem: string | null,
  modules: ModulesContainer,
  adapterHost: HttpAdapterHost,
): ApplicationAuth {
  try {
    if (problem !== null) throw new ScalewayAuthConfigurationError(problem);
    return provideApplicationAuth(options, modules, adapterHost);
  } catch (error) {
    if (error instanceof ScalewayAuthConfigurationError) reportAtBoot(error);
    throw error;
  }
}

function withProblem(definition: DynamicModule, problem: string | undefined): DynamicModule {
  const provider = { provide: SETUP_PROBLEM, useValue: problem ?? null };
  return { ...definition, providers: [...(definition.providers ?? []), provider] };
}
