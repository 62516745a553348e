import type { LoggerService, OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { identityWarning } from '../container/container-identity.js';
import {
  type PassportRegistration,
  registerWithPassport,
  unregisterFromPassport,
} from '../passport/passport-registration.js';
import type { ScalewayRevocations } from '../revocation/scaleway-revocations.js';
import { describeCoverage } from '../routes/coverage.js';
import { noteGuarded } from '../routes/guarded-handlers.js';
import type { InventoryEntry } from '../routes/inventory.js';
import { markServer } from '../transports/public-server.js';
import { opensDoors } from './application-notes.js';
import { checkRoutes, inventoryOf } from './route-check.js';

/** What an application is made of. */
interface ApplicationParts {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly adapterHost: HttpAdapterHost;
}

/** What happens when an application starts and stops, once however often it imports the module. */
export class AuthLifecycle implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private isRunning = false;
  private hasStarted = false;
  private hasChecked = false;

  constructor(
    private readonly registration: PassportRegistration,
    private readonly revocations: ScalewayRevocations,
    private readonly application: ApplicationParts,
    private readonly logger: LoggerService,
  ) {}

  /** Nest calls each hook once for each import of the module. */
  async onModuleInit(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    const { container } = this.registration.settings;
    const server: unknown = this.application.adapterHost.httpAdapter?.getInstance?.();
    if (server) markServer(server, container.public);
    if (!container.public) await this.revocations.start();
  }

  /** Not earlier: an application that does not get as far must not be in a registry that others share. */
  onApplicationBootstrap(): void {
    if (!this.hasChecked && opensDoors(this.application.modules)) this.checkAndReport();
    if (this.hasStarted) return;
    this.hasStarted = true;
    registerWithPassport(this.registration);
  }

  private checkAndReport(): void {
    this.hasChecked = true;
    const { modules, config } = this.application;
    // GraphQL has built its schema by now, which tells what leads to a field.
    checkRoutes(modules, config);
    const entries = inventoryOf(modules, config);
    noteGuarded(entries);
    this.report(entries);
  }

  private report(entries: readonly InventoryEntry[]): void {
    const { container } = this.registration.settings;
    this.logger.log(
      container.public
        ? 'SCW_PUBLIC is true: this container is public, and nothing is checked'
        : `Private container: ${describeCoverage(entries)}`,
    );
    for (const warning of this.warnings(entries)) this.logger.warn(warning);
  }

  /** Not earlier: until the server is closed, requests that came in before are still checked. */
  async onApplicationShutdown(): Promise<void> {
    if (!this.isRunning) return;
    this.isRunning = false;
    this.hasStarted = false;
    this.hasChecked = false;
    unregisterFromPassport(this.registration);
    this.registration.refusalLog.end();
    await this.revocations.stop();
  }

  private *warnings(entries: readonly InventoryEntry[]): Iterable<string> {
    const { container } = this.registration.settings;
    const warning = identityWarning(container);
    if (warning !== undefined) yield warning;
    const guarded = entries.filter(({ route }) => route.protection === 'guarded' || route.protection === 'optional');
    const names = guarded.map(({ route }) => route.handler).join(', ');
    if (container.public && guarded.length > 0)
      yield `Guards have no effect, since this container is public. On a private one these handlers need a token: ${names}`;
    const undeclared = new Set(entries.flatMap(({ undeclaredGuard }) => undeclaredGuard ?? []));
    for (const name of container.public ? [] : undeclared)
      yield `${name} has ScalewayAuthGuard injected, and nobody can see whether it asks it: its handlers are counted as not covered. If it asks it about every call, write @ScwDelegatingGuard() on it; if not, @ScwDelegatingGuard(false)`;
    if (!container.public && entries.length > 0 && guarded.length === 0)
      yield 'No handler is guarded. Write @UseGuards(ScalewayAuthGuard) on controllers, or ScalewayAuthModule.forRoot({ protectAllRoutes: true })';
  }
}
