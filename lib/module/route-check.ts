import { type ApplicationConfig, ModulesContainer, NestApplication, NestApplicationContext } from '@nestjs/core';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import { checkCoverage } from '../routes/coverage.js';
import {
  connectedMicroservices,
  hasGlobalGuard,
  hasTransientGuard,
  type InventoryEntry,
  takeInventory,
} from '../routes/inventory.js';
import { isScalewayAuthGuard } from '../routes/own-guard.js';
import { isObject } from '../transports/call.js';
import type { AuthSettings } from '../verification/auth-settings.js';
import { AUTH_SETTINGS } from './auth-settings.provider.js';
import { reportAtBoot } from './report-at-boot.js';

/** Nest 12 loads its packages for gateways when they are needed, and asks global guards about gateways. */
const ASKS_FOR_GATEWAYS = 'loadSocketModule' in NestApplication.prototype;

/** The handlers of an application, and what protects each. */
export function inventoryOf(modules: ModulesContainer, config: ApplicationConfig): InventoryEntry[] {
  /* istanbul ignore if -- Nest 10 and 11, with which test:transports runs */
  if (!ASKS_FOR_GATEWAYS)
    return takeInventory(modules, config, 'Nest asks global guards about gateways since version 12 only');
  const isLate = guardedAtBinding.get(modules)?.gateways === false && hasGlobalGuard(config);
  return takeInventory(modules, config, isLate ? 'Nest bound it before useGlobalGuards was called' : undefined);
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
  if (!opensDoors(modules)) return;
  try {
    refuseRequestScope(modules, config);
    refuseTransientGuard(modules, config);
    if (settingsOf(modules)?.container.public !== false || isGuardReplaced(modules)) return;
    if (guardedAtBinding.get(modules)?.routes === false && hasGlobalGuard(config)) throw tooLate('routes were bound');
    checkCoverage(inventoryOf(modules, config), hasGlobalGuard(config));
  } catch (error) {
    reportAtBoot(error);
    throw error;
  }
}

/** Modules that an application context has, or a testing module: neither listens, and nobody calls their handlers. */
const withoutDoors = new WeakSet<ModulesContainer>();

/** Whether this is an application or a microservice; true until the hooks of something else run. */
export function opensDoors(modules: ModulesContainer): boolean {
  return !withoutDoors.has(modules);
}

/** A test has put something else in the guard's place, with `overrideProvider`. */
function isGuardReplaced(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ providers }) => {
    const instance: unknown = providers.has(AUTH_SETTINGS) ? providers.get(ScalewayAuthGuard)?.instance : undefined;
    return isObject(instance) && !isScalewayAuthGuard(instance);
  });
}

/** Nest 10 silently drops a global guard that is an alias of something request-scoped; later versions refuse by themselves. */
function refuseRequestScope(modules: ModulesContainer, config: ApplicationConfig): void {
  if (hasGlobalGuard(config)) return;
  for (const { providers } of modules.values())
    for (const [token, wrapper] of providers) {
      const isGlobalGuard = typeof token === 'string' && token.startsWith('APP_GUARD');
      if (!isGlobalGuard && token !== AUTH_SETTINGS) continue;
      const alias = (wrapper.isAlias && wrapper.inject) || [];
      const isOurs = token === AUTH_SETTINGS || [wrapper.metatype, ...alias].some(isScalewayAuthGuard);
      /* istanbul ignore if -- Nest 10, with which test:transports runs */
      if (isOurs && !wrapper.isDependencyTreeStatic())
        throw new ScalewayAuthConfigurationError(
          'ScalewayAuthGuard depends on a request-scoped provider, and Nest would not ask it about the whole application. ' +
            'Have forRootAsync inject providers of the default scope alone, and leave the scope of a guard of your own as it is.',
        );
    }
}

/** The versions of Nest ask it about everything, about some things or about nothing. */
function refuseTransientGuard(modules: ModulesContainer, config: ApplicationConfig): void {
  if (hasTransientGuard(modules, config))
    throw new ScalewayAuthConfigurationError(
      'ScalewayAuthGuard is a transient global guard, which not every version of Nest asks about every handler. ' +
        'Leave the scope of a guard of your own, and of its provider, as it is.',
    );
}

interface WatchedApplication {
  get(token: typeof ModulesContainer): ModulesContainer;
  readonly config: ApplicationConfig;
}

/** Of Nest 11 and 12; Nest 10 calls its server `server`. */
interface WatchedMicroservice {
  readonly applicationConfig: ApplicationConfig;
  readonly serverInstance?: { readonly transportId?: unknown };
  readonly server?: { readonly transportId?: unknown };
  readonly isInitialized: boolean;
  registerListeners(): void;
  useGlobalGuards(...guards: unknown[]): unknown;
}

/** Whether our guard was a global one when an application's gateways and its routes were bound. */
const guardedAtBinding = new WeakMap<ModulesContainer, { readonly gateways: boolean; readonly routes?: boolean }>();

interface WatchedContext {
  callInitHook(this: WatchedApplication): Promise<void>;
}

interface WatchedPrototype {
  registerModules(this: WatchedApplication, ...args: unknown[]): unknown;
  registerRouter(this: WatchedApplication, ...args: unknown[]): unknown;
  connectMicroservice(this: WatchedApplication, ...args: unknown[]): WatchedMicroservice;
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
  const { connectMicroservice, registerModules, registerRouter, useGlobalGuards } = prototype;

  const context = NestApplicationContext.prototype as unknown as WatchedContext;
  const { callInitHook } = context;
  context.callInitHook = function noteAndCall() {
    const modules = this.get(ModulesContainer);
    if ('listen' in this) withoutDoors.delete(modules);
    else withoutDoors.add(modules);
    return callInitHook.call(this);
  };

  prototype.registerModules = function noteAndRegisterModules(...args) {
    const modules = this.get(ModulesContainer);
    // A testing module that was initialized itself before may make an application.
    withoutDoors.delete(modules);
    guardedAtBinding.set(modules, { gateways: hasGlobalGuard(this.config) });
    return registerModules.apply(this, args);
  };

  prototype.registerRouter = function noteAndRegister(...args) {
    const modules = this.get(ModulesContainer);
    const routes = hasGlobalGuard(this.config);
    guardedAtBinding.set(modules, { gateways: routes, ...guardedAtBinding.get(modules), routes });
    return registerRouter.apply(this, args);
  };

  prototype.connectMicroservice = function connectAndCheck(...args) {
    const microservice = connectMicroservice.apply(this, args);
    const modules = this.get(ModulesContainer);
    withoutDoors.delete(modules);
    const isDeferred = !microservice.isInitialized;
    const { applicationConfig, serverInstance, server = serverInstance } = microservice;
    let coveredAtBinding: boolean | undefined;
    connectedMicroservices(modules).push({
      transport: server?.transportId,
      isDeferred,
      get isBound() {
        return coveredAtBinding !== undefined;
      },
      // What counts are the guards at the time when Nest binds the handlers.
      get isCovered() {
        return coveredAtBinding ?? hasGlobalGuard(applicationConfig);
      },
    });
    const bind = () => {
      coveredAtBinding = hasGlobalGuard(applicationConfig);
      checkRoutes(modules, this.config);
    };
    // With deferInitialization later, which Nest 10 does not know.
    if (!isDeferred) bind();
    else {
      const { registerListeners } = microservice;
      microservice.registerListeners = function checkAndRegister() {
        bind();
        registerListeners.call(this);
      };
    }
    const { useGlobalGuards: useOfMicroservice } = microservice;
    microservice.useGlobalGuards = function useGuardsInTime(...guards) {
      if (this.isInitialized && guards.some(isScalewayAuthGuard)) throw reported(tooLate('microservice was connected'));
      return useOfMicroservice.apply(this, guards);
    };
    return microservice;
  };

  prototype.useGlobalGuards = function useGuardsAndCheck(...guards) {
    const application = useGlobalGuards.apply(this, guards);
    const modules = this.get(ModulesContainer);
    // Those that are connected are bound already.
    if (guards.some(isScalewayAuthGuard) && connectedMicroservices(modules).length > 0)
      checkRoutes(modules, this.config);
    return application;
  };
}

/**
 * Refuses every guard of ours that an application or a microservice is given from now on: Nest has bound all handlers when it
 * calls the hooks `onModuleInit`.
 */
export function sealGlobalGuards(config: ApplicationConfig): void {
  if (Object.hasOwn(config, 'useGlobalGuards')) return;
  const { useGlobalGuards } = config;
  config.useGlobalGuards = function useGuardsInTime(...guards) {
    if (guards.some(isScalewayAuthGuard)) throw reported(tooLate('application was initialized'));
    useGlobalGuards.apply(this, guards);
  };
}

function tooLate(since: string): ScalewayAuthConfigurationError {
  return new ScalewayAuthConfigurationError(
    `useGlobalGuards was given a ScalewayAuthGuard after the ${since}, when Nest no longer binds it to any handler. Call it ` +
      'before init(), listen() and connectMicroservice(options, { inheritAppConfig: true }), or write ' +
      'ScalewayAuthModule.forRoot({ protectAllRoutes: true }).',
  );
}

function reported(error: ScalewayAuthConfigurationError): ScalewayAuthConfigurationError {
  reportAtBoot(error);
  return error;
}
