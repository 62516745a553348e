import type { ModulesContainer } from '@nestjs/core';
import { processWide } from '../container/process-wide.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';

/** Whether our guard was a global one when an application's gateways and its routes were bound. */
export const guardedAtBinding = processWide(
  'guarded-at-binding',
  () => new WeakMap<ModulesContainer, { readonly gateways: boolean; readonly routes?: boolean }>(),
);

/** Modules that an application context has, or a testing module: neither listens, and nobody calls their handlers. */
export const withoutDoors = processWide('without-doors', () => new WeakSet<ModulesContainer>());

/** Whether this is an application or a microservice; true until the hooks of something else run. */
export function opensDoors(modules: ModulesContainer): boolean {
  return !withoutDoors.has(modules);
}

/** The error of a guard that Nest binds to nothing any more. */
export function tooLate(since: string): ScalewayAuthConfigurationError {
  return new ScalewayAuthConfigurationError(
    `useGlobalGuards was given a ScalewayAuthGuard after the ${since}, when Nest no longer binds it to any handler. Call it ` +
      'before init(), listen() and connectMicroservice(options, { inheritAppConfig: true }), or write ' +
      'ScalewayAuthModule.forRoot({ protectAllRoutes: true }).',
  );
}
