import type { INestApplication } from '@nestjs/common';
import { type ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { inventoryOf } from '../module/route-check.js';
import type { RoutePolicy } from '../routes/route-policy.js';

/** A handler as one controller has it: of a handler that several inherit, each decides by itself. */
export interface GuardedRoute {
  readonly prototype: object;
  readonly method: string;
  readonly handler: object;
  readonly policy: RoutePolicy;
}

/** The HTTP handlers of an application that `ScalewayAuthGuard` checks, by whatever way it was put before them. */
export function guardedRoutes(app: INestApplication): GuardedRoute[] {
  // Nest has no public way to the global guards; its Swagger module takes the same one to routes.
  const { config } = app as unknown as { readonly config: ApplicationConfig };
  return inventoryOf(app.get(ModulesContainer, { strict: false }), config)
    .filter(({ route }) => route.kind === 'http' && ['guarded', 'optional'].includes(route.protection))
    .map(({ handler, policy }) => ({
      prototype: handler.prototype,
      method: handler.method,
      handler: handler.function,
      policy,
    }));
}
