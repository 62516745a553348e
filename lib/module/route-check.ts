import { type ApplicationConfig, ModulesContainer, NestApplication } from '@nestjs/core';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { checkCoverage } from '../routes/coverage.js';
import { connectedMicroservices, hasGlobalGuard, type InventoryEntry, takeInventory } from '../routes/inventory.js';
import { isScalewayAuthGuard } from '../routes/own-guard.js';
import type { AuthSettings } from '../verification/auth-settings.js';
import { AUTH_SETTINGS } from './auth-settings.provider.js';
import { reportAtBoot } from './report-at-boot.js';

/** Nest 12 loads its packages for gateways when they are needed, and asks global guards about gateways. */
const ASKS_FOR_GATEWAYS = 'loadSocketModule' in NestApplication.prototype;

/** The handlers of an application, and what protects each. */
export function inventoryOf(modules: ModulesContainer, config: ApplicationConfig): InventoryEntry[] {
  return takeInventory(modules, config, ASKS_FOR_GATEWAYS);
}

/** The settings of an application; undefined when it does not import the module, or before they are made. */
export function settingsOf(modules: ModulesContainer): AuthSettings | undefined {
  for (const { providers } of modules.values()) {
    const settings = providers.get(AUTH_SETTINGS)?.instance as AuthSettings | undefined;
    if (settings?.container !== undefined) return settings;
  }
  return undefined;
}

/**
 * Stops the boot of a private container in which a handler is open by accident. Nest opens doors one after the other, so
 * this runs whenever one is about to open: docs/decisions/0006-fail-closed-coverage.md.
 *
 * @throws ScalewayAuthConfigurationError naming the handlers and the remedy
 */
export function checkRoutes(modules: ModulesContainer, config: ApplicationConfig): void {
  try {
    refuseRequestScope(modules, config);
    if (settingsOf(modules)?.container.public !== false) return;
    checkCoverage(inventoryOf(modules, config), hasGlobalGuard(config));
  } catch (error) {
    if (error instanceof ScalewayAuthConfigurationError) reportAtBoot(error);
    throw error;
  }
}

/** Nest 10 silently drops a global guard that is an alias of something request-scoped; later versions refuse by themselves. */
function refuseRequestScope(modules: ModulesContainer, config: ApplicationConfig): void {
  if (hasGlobalGuard(config)) return;
  for (const { providers } of modules.values())
    for (const [token, wrapper] of providers) {
      const isGlobalGuard = typeof token === 'string' && token.startsWith('APP_GUARD');
      if (!isGlobalGuard && token !== AUTH_SETTINGS) continue;
      const isOurs = token === AUTH_SETTINGS || [wrapper.metatype, ...(wrapper.inject ?? [])].some(isScalewayAuthGuard);
      if (isOurs && !wrapper.isDependencyTreeStatic())
        throw new ScalewayAuthConfigurationError(
          'ScalewayAuthGuard depends on a request-scoped provider, and Nest would not ask it about the whole application. ' +
            'Have forRootAsync inject providers of the default scope alone, and leave the scope of a guard of your own as it is.',
        );
    }
}

interface WatchedApplication {
  get(token: typeof ModulesContainer): ModulesContainer;
  readonly config: ApplicationConfig;
  readonly isInitialized: boolean;
}

interface WatchedMicroservice {
  readonly applicationConfig?: ApplicationConfig;
  readonly serverInstance?: { readonly transportId?: unknown };
  registerListeners?(): void;
}

interface WatchedPrototype {
  connectMicroservice(
    this: WatchedApplication,
    options: object,
    hybrid?: { inheritAppConfig?: boolean; deferInitialization?: boolean },
  ): WatchedMicroservice;
  useGlobalGuards(this: WatchedApplication, ...guards: unknown[]): WatchedApplication;
}

/** On Nest's class, so that the copies of this package in one process wrap its methods once. */
const WATCHED = Symbol.for('nestjs-scaleway-auth:watched');

/**
 * Watches what is connected to applications, and which guards they are given, since no hook of Nest's runs before a
 * connected microservice answers.
 */
export function watchApplications(): void {
  const prototype = NestApplication.prototype as unknown as WatchedPrototype;
  if (Object.hasOwn(prototype, WATCHED)) return;
  Object.defineProperty(prototype, WATCHED, { value: true });
  const { connectMicroservice, useGlobalGuards } = prototype;

  prototype.connectMicroservice = function connectAndCheck(options, hybrid = {}) {
    const microservice = connectMicroservice.call(this, options, hybrid);
    const modules = this.get(ModulesContainer);
    const { config } = this;
    const connected = { isCovered: false, transport: microservice.serverInstance?.transportId };
    connectedMicroservices(modules).push(connected);
    // What counts are the guards at the time when Nest binds the handlers.
    const bind = () => {
      const given = hybrid.deferInitialization ? microservice.applicationConfig : hybrid.inheritAppConfig && config;
      connected.isCovered = given ? hasGlobalGuard(given) : false;
      checkRoutes(modules, config);
    };
    if (!hybrid.deferInitialization) bind();
    else {
      const { registerListeners } = microservice;
      microservice.registerListeners = function registerAndCheck() {
        bind();
        registerListeners?.call(this);
      };
    }
    return microservice;
  };

  prototype.useGlobalGuards = function useGuardsAndCheck(...guards) {
    if (this.isInitialized && guards.some(isScalewayAuthGuard)) {
      const error = new ScalewayAuthConfigurationError(
        'useGlobalGuards was given a ScalewayAuthGuard after the application was initialized, when Nest no longer binds it to ' +
          'any route. Call it before init() or listen(), or write ScalewayAuthModule.forRoot({ protectAllRoutes: true }).',
      );
      reportAtBoot(error);
      throw error;
    }
    return useGlobalGuards.apply(this, guards);
  };
}
