import type { ModulesContainer } from '@nestjs/core';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { isGlobalGuardToken } from '../routes/global-guards.js';

type NestModule = NonNullable<ReturnType<ModulesContainer['get']>>;

/**
 * Refuses what `LazyModuleLoader` has loaded without any effect: Nest calls no hook of such a module, so the deny list is never
 * read, and asks no global guard of it.
 *
 * @param type the class of the module that is loaded
 * @param isGuarded whether a `ScalewayAuthGuard` is a global guard already
 * @throws ScalewayAuthConfigurationError
 */
export function refuseLazyLoading(modules: ModulesContainer, type: unknown, isGuarded: boolean): void {
  const eager = eagerModules(modules);
  const imports = [...modules.values()].filter(({ metatype }) => metatype === type);
  const lazy = imports.filter((each) => !eager.has(each));
  if (lazy.length === 0) return;
  if (lazy.length === imports.length)
    throw new ScalewayAuthConfigurationError(
      'ScalewayAuthModule was loaded by LazyModuleLoader alone, and Nest calls no hooks of such a module and asks no guard of ' +
        'it. Import ScalewayAuthModule.forRoot() in the root module, too.',
    );
  if (!isGuarded && lazy.some(providesGlobalGuard))
    throw new ScalewayAuthConfigurationError(
      'ScalewayAuthModule was loaded by LazyModuleLoader with protectAllRoutes, and Nest asks no global guard of such a module. ' +
        'Write protectAllRoutes where the root module imports ScalewayAuthModule.',
    );
}

/** All that the root module imports, directly or not. Global modules are imported by all others. */
function eagerModules(modules: ModulesContainer): ReadonlySet<NestModule> {
  // The first is Nest's own.
  const [, root] = modules.values();
  const found = new Set<NestModule>();
  const waiting = [root!];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (found.has(each)) continue;
    found.add(each);
    waiting.push(...each.imports);
  }
  return found;
}

function providesGlobalGuard({ providers }: NestModule): boolean {
  return [...providers.keys()].some(isGlobalGuardToken);
}
