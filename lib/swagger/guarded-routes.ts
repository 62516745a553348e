import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { type ApplicationConfig, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { type RoutePolicy, routePolicy } from '../routes/route-policy.js';
import { TOKEN_VERIFIER } from '../verification/scaleway-token-verifier.js';

/** A handler as one controller has it: of a handler that several inherit, each decides by itself. */
export interface GuardedRoute {
  readonly prototype: object;
  readonly method: string;
  readonly handler: object;
  readonly policy: RoutePolicy;
}

/** Where Nest keeps what `@UseGuards()` was given. */
const GUARDS = '__guards__';

/** Where Nest keeps what the `@Inject()` of a constructor's parameters was given. */
const INJECTED = 'self:paramtypes';

/** The handlers of an application that `ScalewayAuthGuard` checks, by whatever way it was put before them. */
export function guardedRoutes(app: INestApplication): GuardedRoute[] {
  const scanner = new MetadataScanner();
  const everywhere = globalGuards(app).some(isScalewayAuthGuard);
  const routes: GuardedRoute[] = [];
  for (const { controllers } of app.get(ModulesContainer, { strict: false }).values())
    for (const { metatype, instance } of controllers.values()) {
      if (typeof metatype !== 'function' || !instance) continue;
      const ofClass = everywhere || isGuardedByDecorator(metatype);
      const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
      for (const method of new Set(scanner.getAllMethodNames(prototype))) {
        const handler = prototype[method] as object;
        const policy = routePolicy(handler, metatype);
        if (!policy.isPublic && (ofClass || isGuardedByDecorator(handler)))
          routes.push({ prototype, method, handler, policy });
      }
    }
  return routes;
}

/** `APP_GUARD` and `useGlobalGuards()`. Nest has no public way to them; its Swagger module takes the same one to routes. */
function globalGuards(app: INestApplication): unknown[] {
  const config = (app as unknown as { readonly config?: ApplicationConfig }).config;
  if (config === undefined) return [];
  return [...config.getGlobalGuards(), ...config.getGlobalRequestGuards().map(({ metatype }) => metatype)];
}

function isGuardedByDecorator(target: object): boolean {
  const guards: unknown = Reflect.getMetadata(GUARDS, target);
  return Array.isArray(guards) && guards.some(isScalewayAuthGuard);
}

/**
 * A guard's class or instance, or that of a subclass. Known by what it has injected: a class of the other copy (ESM,
 * CommonJS) of this package is another class, and bundlers change names.
 */
function isScalewayAuthGuard(guard: unknown): boolean {
  let type: unknown = typeof guard === 'function' ? guard : guard?.constructor;
  for (; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    const injected: unknown = Reflect.getOwnMetadata(INJECTED, type);
    if (Array.isArray(injected) && injected.some(({ param }) => param === TOKEN_VERIFIER)) return true;
  }
  return false;
}
