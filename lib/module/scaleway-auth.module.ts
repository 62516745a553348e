import { type DynamicModule, Inject, Logger, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { membersOf } from '../container/members.js';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import { ScalewayJwtStrategy } from '../passport/scaleway-jwt.strategy.js';
import { REFUSAL_LOG, RefusalLog } from '../refusal/refusal-log.js';
import { ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import { graphqlDrivers } from '../routes/graphql-setup.js';
import { hasGlobalGuard } from '../routes/global-guards.js';
import { keepRequests } from '../transports/graphql/operation-request.js';
import type { AuthSettings } from '../verification/auth-settings.js';
import { ScalewayTokenVerifier, TOKEN_VERIFIER } from '../verification/scaleway-token-verifier.js';
import { AuthLifecycle } from './auth-lifecycle.js';
import { AUTH_SETTINGS, provideSettings } from './auth-settings.provider.js';
import {
  ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  OPTIONS_TYPE,
} from './module-definition.js';
import { problemWithAsync, problemWithExtras } from './module-call.js';
import { opensDoors } from './application-notes.js';
import { refuseLazyLoading } from './lazy-loading.js';
import { checkRoutes } from './route-check.js';
import { sharedProvider } from './shared-provider.js';
import { sealGlobalGuards, watchApplications } from './watch-applications.js';
import { watchGuards } from './watch-guards.js';

/** What is wrong with the call of forRoot or forRootAsync itself; said when the application boots, as all else is. */
const SETUP_PROBLEM = Symbol.for('nestjs-scaleway-auth:setup-problem');

const logger = new Logger('ScalewayAuth');

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
      provide: AUTH_SETTINGS,
      inject: [MODULE_OPTIONS_TOKEN, SETUP_PROBLEM, ModulesContainer],
      useFactory: provideSettings,
    },
    sharedProvider('refusalLog', REFUSAL_LOG, [], () => new RefusalLog(logger)),
    sharedProvider(
      'revocations',
      ScalewayRevocations,
      [AUTH_SETTINGS],
      ({ container, rules, revocation }: AuthSettings) => {
        // Whatever its times are: a token that begins in a minute may have been copied badly, too.
        const always = { requireExpiry: false, maxTokenAge: undefined, clockTolerance: Infinity, cacheSize: 0 };
        const verifier = new ScalewayTokenVerifier(container, { ...rules, ...always });
        return new ScalewayRevocations(revocation, logger, (token) => {
          const verdict = verifier.verifySync(token);
          return verdict.accepted ? undefined : verdict.reason;
        });
      },
    ),
    sharedProvider(
      'verifier',
      TOKEN_VERIFIER,
      [AUTH_SETTINGS, ScalewayRevocations],
      ({ container, rules }: AuthSettings, revocations: ScalewayRevocations) =>
        new ScalewayTokenVerifier(container, rules, revocations),
    ),
    { provide: ScalewayTokenVerifier, useExisting: TOKEN_VERIFIER },
    sharedProvider(
      'strategy',
      ScalewayJwtStrategy,
      [AUTH_SETTINGS, TOKEN_VERIFIER, REFUSAL_LOG],
      ({ container, rules }: AuthSettings, verifier: ScalewayTokenVerifier, refusalLog: RefusalLog) =>
        new ScalewayJwtStrategy(container, rules, verifier, refusalLog),
    ),
    sharedProvider(
      'lifecycle',
      AuthLifecycle,
      [
        ScalewayJwtStrategy,
        AUTH_SETTINGS,
        REFUSAL_LOG,
        ScalewayRevocations,
        ModulesContainer,
        ApplicationConfig,
        HttpAdapterHost,
      ],
      (
        strategy: ScalewayJwtStrategy,
        settings: AuthSettings,
        refusalLog: RefusalLog,
        revocations: ScalewayRevocations,
        modules: ModulesContainer,
        config: ApplicationConfig,
        adapterHost: HttpAdapterHost,
      ) => new AuthLifecycle({ strategy, settings, refusalLog }, revocations, { modules, config, adapterHost }, logger),
    ),
    ScalewayAuthGuard,
  ],
  exports: [
    AUTH_SETTINGS,
    REFUSAL_LOG,
    TOKEN_VERIFIER,
    ScalewayTokenVerifier,
    ScalewayJwtStrategy,
    ScalewayRevocations,
    ScalewayAuthGuard,
  ],
})
export class ScalewayAuthModule extends ConfigurableModuleClass implements NestModule, OnModuleInit {
  private readonly modules: ModulesContainer;
  private readonly config: ApplicationConfig;

  /** Nothing that the options are made of: what checks the routes must run even where those are request-scoped. */
  constructor(@Inject(ModulesContainer) modules: unknown, @Inject(ApplicationConfig) config: unknown) {
    super();
    this.modules = modules as ModulesContainer;
    this.config = config as ApplicationConfig;
    watchGuards(this.modules);
    refuseLazyLoading(this.modules, new.target, hasGlobalGuard(this.config));
  }

  /** Called by Nest before any hook, and before an HTTP application listens. */
  configure(): void {
    checkRoutes(this.modules, this.config);
    for (const driver of graphqlDrivers(this.modules)) keepRequests(driver);
  }

  /** A microservice without HTTP has no middleware to configure. */
  onModuleInit(): void {
    checkRoutes(this.modules, this.config);
    // A testing module may be initialized before it makes an application.
    if (opensDoors(this.modules)) sealGlobalGuards(this.config);
  }

  /**
   * Configures the module; a container on Scaleway needs no option.
   *
   * A wrong option or variable stops the boot with a {@link ScalewayAuthConfigurationError}.
   *
   * @example
   * ScalewayAuthModule.forRoot()
   */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    watchApplications();
    const problem = problemWithExtras(options);
    return withProblem(super.forRoot(problem === undefined ? { ...membersOf(options) } : {}), problem);
  }

  /**
   * Configures the module with options that other providers make. `isGlobal`, `protectAllRoutes` and `graphqlGateway`
   * stand beside `useFactory`, since they shape the module before any provider exists.
   *
   * @example
   * ScalewayAuthModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ requireExpiry: config.get('REQUIRE_EXPIRY') === 'yes' }),
   * })
   */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    watchApplications();
    const problem = problemWithExtras(options) ?? problemWithAsync(options);
    return withProblem(
      super.forRootAsync(problem === undefined ? { ...membersOf(options) } : { useFactory: () => ({}) }),
      problem,
    );
  }
}

function withProblem(definition: DynamicModule, problem: string | undefined): DynamicModule {
  const provider = { provide: SETUP_PROBLEM, useValue: problem ?? null };
  return { ...definition, providers: [...definition.providers!, provider] };
}
