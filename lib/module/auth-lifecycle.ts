import type { LoggerService, OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { identityWarning } from '../container/container-identity.js';
import {
  type PassportRegistration,
  registerWithPassport,
  unregisterFromPassport,
} from '../passport/passport-registration.js';
import type { ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import { routesWithRules } from '../routes/routes-with-rules.js';
import { markServer } from '../transports/public-server.js';

/** What happens when an application starts and stops, once however often it imports the module. */
export class AuthLifecycle implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private isRunning = false;

  constructor(
    private readonly registration: PassportRegistration,
    private readonly revocations: ScalewayRevocations,
    private readonly modules: ModulesContainer,
    private readonly adapterHost: HttpAdapterHost,
    private readonly logger: LoggerService,
  ) {}

  /** Nest calls each hook once for each import of the module. */
  async onModuleInit(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    const { container } = this.registration.settings;
    const server: unknown = this.adapterHost.httpAdapter?.getInstance?.();
    if (server) markServer(server, container.public);

    this.logger.log(
      container.public
        ? 'SCW_PUBLIC is true: this container is public, and nothing is checked'
        : 'This container is private: its guarded routes need a token',
    );
    for (const warning of this.warnings()) this.logger.warn(warning);
    if (!container.public) await this.revocations.start();
  }

  /** Not earlier: an application whose start fails must not stay in a registry that others share. */
  onApplicationBootstrap(): void {
    if (this.isRunning) registerWithPassport(this.registration);
  }

  /** Not earlier: until the server is closed, requests that came in before are still checked. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.isRunning) return;
    this.isRunning = false;
    unregisterFromPassport(this.registration);
    this.registration.refusalLog.flush();
    await this.revocations.stop();
  }

  private *warnings(): Iterable<string> {
    const { container } = this.registration.settings;
    const warning = identityWarning(container);
    if (warning !== undefined) yield warning;
    const routes = container.public ? routesWithRules(this.modules) : [];
    if (routes.length > 0)
      yield `@ScwRequireScope and @ScwOptional have no effect, since this container is public: ${routes.join(', ')}`;
  }
}
