import type { ModulesContainer } from '@nestjs/core';
import { MetadataScanner } from '@nestjs/core';
import { routePolicy } from './route-policy.js';

/**
 * The handlers, as `Class.method`, whose decorators ask for a scope or for optional claims: on a public container neither
 * is looked at, and whoever wrote them should know.
 */
export function routesWithRules(modules: ModulesContainer): string[] {
  const scanner = new MetadataScanner();
  const routes = new Set<string>();
  for (const { controllers, providers } of modules.values())
    for (const { metatype } of [...controllers.values(), ...providers.values()]) {
      // Values and factories have none.
      const { prototype = null } = (metatype ?? {}) as { prototype?: Record<string, object> | null };
      for (const method of scanner.getAllMethodNames(prototype)) {
        const { scope, isOptional } = routePolicy(prototype![method]!, metatype as object);
        if (scope !== undefined || isOptional) routes.add(`${(metatype as { name: string }).name}.${method}`);
      }
    }
  return [...routes];
}
