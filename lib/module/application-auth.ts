import { isDeepStrictEqual } from 'node:util';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import {
  type ContainerIdentity,
  identityWarning,
  readContainerIdentity,
  sameIdentity,
} from '../container/container-identity.js';
import type { Refusal } from '../refusal/refusal.js';
import { refusalChallenge, refusalStatus, type ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { markServer } from '../transports/checked-request.js';
import { RefusalLog } from '../refusal/refusal-log.js';
import { routesWithRules } from '../routes/routes-with-rules.js';
import type { ScalewayAuthOptions } from './scaleway-auth.options.js';
import { type RevocationOptions, ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import { type TokenRules, tokenRules } from './token-rules.js';
import { enterPassport, leavePassport } from '../passport/passport-registration.js';
import { ScalewayJwtStrategy } from '../passport/scaleway-jwt.strategy.js';

/** The injection token of {@link ApplicationAuth}: a registered symbol, so that the ESM and CommonJS copies agree. */
export const APPLICATION_AUTH = Symbol.for('nestjs-scaleway-auth:application-auth');

/**
 * What one application has once: who its container is, the rules of its checks, its strategy, and its log of refusals.
 */
export class ApplicationAuth implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  readonly logger = new Logger('ScalewayAuth');
  readonly log = new RefusalLog(this.logger);
  readonly revocations: ScalewayRevocations;
  readonly strategy: ScalewayJwtStrategy;
  private running = false;

  constructor(
    readonly identity: ContainerIdentity,
    readonly rules: TokenRules,
    private readonly modules: ModulesContainer,
    private readonly adapterHost: HttpAdapterHost,
    private readonly revocation: RevocationOptions = {},
  ) {
    this.revocations = new ScalewayRevocations(revocation, this.logger);
    this.strategy = new ScalewayJwtStrategy(identity, rules, this.revocations);
  }

  /** Called for each module that shares this object; the first call counts. */
  async onModuleInit(): Promise<void> {
    if (this.running) return;
    this.running = true;
    const server: unknown = this.adapterHost.httpAdapter?.getInstance?.();
    if (server) markServer(server, this.identity.public);

    this.logger.log(
      this.identity.public
        ? 'SCW_PUBLIC is true: this container is public, and nothing is checked'
        : 'This container is private: its guarded routes need a token',
    );
    for (const warning of this.warnings()) this.logger.warn(warning);
    if (!this.identity.public) await this.revocations.start();
  }

  /** Only now: an application whose start fails must not stay in a registry that others share. */
  onApplicationBootstrap(): void {
    if (this.running) enterPassport(this);
  }

  private *warnings(): Iterable<string> {
    const warning = identityWarning(this.identity);
    if (warning !== undefined) yield warning;
    const routes = this.identity.public ? routesWithRules(this.modules) : [];
    if (routes.length > 0)
      yield `@ScwRequireScope and @ScwOptional have no effect, since this container is public: ${routes.join(', ')}`;
  }

  /** Not before: until the server is closed, requests that came in earlier are still checked. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.running) return;
    this.running = false;
    leavePassport(this);
    this.log.flush();
    await this.revocations.stop();
  }

  hasSameSettings(other: ApplicationAuth): boolean {
    return (
      sameIdentity(this.identity, other.identity) &&
      isDeepStrictEqual(this.rules, other.rules) &&
      this.revocation.store === other.revocation.store &&
      this.revocation.whenStoreIsAway === other.revocation.whenStoreIsAway
    );
  }

  /**
   * Tells a client of HTTP how to authenticate and what was wrong. The adapter knows how each platform sets a header; a
   * testing module that made no application has none.
   */
  challenge(response: unknown, reason: ScwRefusalReason): void {
    const adapter = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    adapter?.setHeader(response, 'WWW-Authenticate', refusalChallenge(reason));
  }

  /** Logs a refusal and, within the log's bound, what was thrown where nobody foresaw it. */
  reportRefusal({ reason, header, tokenId }: Refusal, thrown: unknown, handler?: string): void {
    const logged = this.log.report({ reason, status: refusalStatus(reason), header, handler, jti: tokenId });
    if (logged && reason === 'unexpected') this.reportUnexpected(thrown);
  }

  /** Logs an error that nobody foresaw: its name and where it was thrown. Its message may quote what a client sent. */
  private reportUnexpected(error: unknown): void {
    const { name, stack } = error instanceof Error ? error : new Error();
    const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
    this.logger.error(`${name} while checking a token:\n${frames.join('\n')}`);
  }
}

/** Where an application's dependency injection container keeps its one {@link ApplicationAuth}. */
const SLOT: unique symbol = Symbol.for('nestjs-scaleway-auth:application') as never;

/**
 * Makes the one {@link ApplicationAuth} of an application, or gives the one that another `ScalewayAuthModule` in it has made.
 *
 * A library among the imports could otherwise bring a module with other settings, and Nest would silently take either.
 *
 * @throws ScalewayAuthConfigurationError when the options or variables are wrong, or differ from the other module's
 */
export function provideApplicationAuth(
  options: ScalewayAuthOptions,
  modules: ModulesContainer,
  adapterHost: HttpAdapterHost,
): ApplicationAuth {
  const rules = tokenRules(options);
  const made = new ApplicationAuth(
    readContainerIdentity(options.environment ?? process.env),
    rules,
    modules,
    adapterHost,
    options.revocation,
  );
  const slot = modules as { [SLOT]?: ApplicationAuth };
  const shared = (slot[SLOT] ??= made);
  if (!shared.hasSameSettings(made))
    throw new ScalewayAuthConfigurationError(
      'ScalewayAuthModule is imported twice with different settings, and an application has one container identity. Call ' +
        'forRoot or forRootAsync once, in the root module; if a library calls it too, give both the same environment and options.',
    );
  return shared;
}
