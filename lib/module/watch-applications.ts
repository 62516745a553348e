import { type ApplicationConfig, ModulesContainer, NestApplication, NestApplicationContext } from '@nestjs/core';
import type { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { connectedMicroservices } from '../routes/connected-microservices.js';
import { hasGlobalGuard } from '../routes/global-guards.js';
import { isScalewayAuthGuard } from '../routes/own-guard.js';
import { guardedAtBinding, tooLate, withoutDoors } from './application-notes.js';
import { reportAtBoot } from './report-at-boot.js';
import { checkRoutes } from './route-check.js';

interface WatchedApplication {
  get(token: typeof ModulesContainer): ModulesContainer;
  readonly config: ApplicationConfig;
  readonly microservices: WatchedMicroservice[];
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
    const { gateways = true, ...routes } = guardedAtBinding.get(modules) ?? {};
    guardedAtBinding.set(modules, { ...routes, gateways: gateways && hasGlobalGuard(this.config) });
    return registerModules.apply(this, args);
  };

  prototype.registerRouter = function noteAndRegister(...args) {
    const modules = this.get(ModulesContainer);
    const { gateways, routes = true } = guardedAtBinding.get(modules)!;
    guardedAtBinding.set(modules, { gateways, routes: routes && hasGlobalGuard(this.config) });
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
    if (!isDeferred) orDisconnect(this, microservice, bind);
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

/** Whoever catches the refusal must not start what was refused with the others. */
function orDisconnect(application: WatchedApplication, microservice: WatchedMicroservice, bind: () => void): void {
  try {
    bind();
  } catch (error) {
    const { microservices } = application;
    microservices.splice(microservices.indexOf(microservice), 1);
    connectedMicroservices(application.get(ModulesContainer)).pop();
    throw error;
  }
}

/**
 * Refuses every guard of ours that an application or a microservice is given from now on: Nest has bound all handlers when it
 * calls the hooks `onModuleInit`.
 */
export function sealGlobalGuards(config: ApplicationConfig): void {
  if (Object.hasOwn(config, 'useGlobalGuards')) return;
  const { useGlobalGuards, addGlobalGuard } = config;
  const inTime = (guards: readonly unknown[]) => {
    if (guards.some(isScalewayAuthGuard)) throw reported(tooLate('application was initialized'));
  };
  config.useGlobalGuards = function useGuardsInTime(...guards) {
    inTime(guards);
    useGlobalGuards.apply(this, guards);
  };
  config.addGlobalGuard = function addGuardInTime(guard) {
    inTime([guard]);
    addGlobalGuard.call(this, guard);
  };
}

function reported(error: ScalewayAuthConfigurationError): ScalewayAuthConfigurationError {
  reportAtBoot(error);
  return error;
}
