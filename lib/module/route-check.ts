import { type ApplicationConfig, type ModulesContainer, NestApplication } from '@nestjs/core';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { checkCoverage } from '../routes/coverage.js';
import { hasGlobalGuard, hasTransientGuard, isGlobalGuardToken, isOfOurs } from '../routes/global-guards.js';
import { type InventoryEntry, takeInventory } from '../routes/inventory.js';
import { isScalewayAuthGuard } from '../routes/own-guard.js';
import { isObject } from '../transports/call.js';
import type { AuthSettings } from '../verification/auth-settings.js';
import { guardedAtBinding, opensDoors, tooLate } from './application-notes.js';
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

/** A test has put something else in the guard's place, with `overrideProvider`. */
function isGuardReplaced(modules: ModulesContainer): boolean {
  return [...modules.values()].some(({ providers }) =>
    [...providers].some(
      ([token, { instance }]) => isScalewayAuthGuard(token) && isObject(instance) && !isScalewayAuthGuard(instance),
    ),
  );
}

/** Nest 10 silently drops a global guard that is an alias of something request-scoped; later versions refuse by themselves. */
function refuseRequestScope(modules: ModulesContainer, config: ApplicationConfig): void {
  if (hasGlobalGuard(config)) return;
  for (const { providers } of modules.values())
    for (const [token, wrapper] of providers) {
      const isOurs = token === AUTH_SETTINGS || (isGlobalGuardToken(token) && isOfOurs(wrapper));
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
