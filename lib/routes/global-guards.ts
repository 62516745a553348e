import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { isScalewayAuthGuard } from './own-guard.js';

/** Whether `ScalewayAuthGuard` is among the guards that Nest asks about every route. */
export function hasGlobalGuard(config: ApplicationConfig): boolean {
  return hasStaticGuard(config) || scopedGuards(config).length > 0;
}

/** Whether one of them is of the default scope. */
export function hasStaticGuard(config: ApplicationConfig): boolean {
  return config.getGlobalGuards().some(isScalewayAuthGuard);
}

/** Request-scoped or transient: a class, or on Nest 11 and 12 an alias of one. */
function scopedGuards(config: ApplicationConfig) {
  return config.getGlobalRequestGuards().filter(isOfOurs);
}

/** Whether one of our global guards, or what it is an alias of, is transient: Nest 10 and 11 ask it about nothing. */
export function hasTransientGuard(modules: ModulesContainer, config: ApplicationConfig): boolean {
  const wrappers = scopedGuards(config);
  const classes = new Set(wrappers.flatMap(({ inject }) => inject ?? []));
  const aliased = [...modules.values()].flatMap(({ providers, injectables }) =>
    [...providers, ...injectables].filter(([token]) => classes.has(token as never)).map(([, wrapper]) => wrapper),
  );
  return [...wrappers, ...aliased].some((wrapper) => wrapper.isTransient);
}

/** What a provider of a global guard is registered under: Nest puts an id behind it. */
export function isGlobalGuardToken(token: unknown): boolean {
  return typeof token === 'string' && token.startsWith('APP_GUARD');
}

/** Whether a provider is of our guard's class, or an alias of one. */
export function isOfOurs({ metatype, inject, isAlias }: ProviderOfGuard): boolean {
  return [metatype, ...((isAlias && inject) || [])].some(isScalewayAuthGuard);
}

/** The part of Nest's class that is used. */
interface ProviderOfGuard {
  readonly metatype: unknown;
  readonly inject?: readonly unknown[] | null | undefined;
  readonly isAlias?: boolean | undefined;
}
