import type { INestApplication } from '@nestjs/common';
import { type ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { inventoryOf } from '../module/route-check.js';
import type { Handler } from '../routes/handlers.js';
import { alwaysNeedsToken, guardsOn } from '../routes/own-guard.js';
import type { RoutePolicy } from '../routes/route-policy.js';

/** A handler as one controller has it: of a handler that several inherit, each decides by itself. */
export interface DocumentedRoute {
  readonly prototype: object;
  readonly method: string;
  readonly handler: object;
  /** Undefined where no `ScalewayAuthGuard` checks it. */
  readonly protection: Protection | undefined;
}

/** What the guard wants of a request, beside what other guards want. */
export interface Protection extends Pick<RoutePolicy, 'isOptional' | 'scope'> {
  /** A guard that has ours injected may take something else in the place of a token. */
  readonly isAlternative: boolean;
}

/** The HTTP handlers of an application, and how `ScalewayAuthGuard` checks them, by whatever way it was put before them. */
export function documentedRoutes(app: INestApplication): DocumentedRoute[] {
  // Nest has no public way to the global guards; its Swagger module takes the same one to routes.
  const { config } = app as unknown as { readonly config: ApplicationConfig };
  return inventoryOf(app.get(ModulesContainer, { strict: false }), config)
    .filter(({ route }) => route.kind === 'http')
    .map(({ route, handler, policy }) => ({
      prototype: handler.prototype,
      method: handler.method,
      handler: handler.function,
      protection: ['guarded', 'optional'].includes(route.protection)
        ? {
            isOptional: policy.isOptional,
            scope: policy.scope,
            isAlternative: !guardsOf(handler, config).some(alwaysNeedsToken),
          }
        : undefined,
    }));
}

function guardsOf({ function: handler, controller }: Handler, config: ApplicationConfig): unknown[] {
  const scoped = config.getGlobalRequestGuards().flatMap(({ metatype, inject }) => [metatype, ...(inject ?? [])]);
  return [...guardsOn(handler), ...guardsOn(controller), ...config.getGlobalGuards(), ...scoped];
}
