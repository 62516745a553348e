import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** On an application's container of modules: what its imports of ScalewayAuthModule share. */
const SHARED: unique symbol = Symbol.for('nestjs-scaleway-auth:shared') as never;

/** The copies of this package in one process, ESM and CommonJS, have a class each of the same name. */
export type SharedName = 'settings' | 'refusalLog' | 'revocations' | 'verifier' | 'strategy' | 'lifecycle';

/** What this application has under the name; made by whoever asks first. */
export function sharedInstance<T>(modules: ModulesContainer, name: SharedName, make: () => T): T {
  const holder = modules as { [SHARED]?: Map<SharedName, unknown> };
  const instances = (holder[SHARED] ??= new Map());
  if (!instances.has(name)) instances.set(name, make());
  return instances.get(name) as T;
}

/** A provider of which an application has one instance, however often and from whichever copy it imports the module. */
export function sharedProvider<T>(
  name: SharedName,
  provide: InjectionToken<T>,
  inject: InjectionToken[],
  make: (...dependencies: any[]) => T,
): FactoryProvider<T> {
  return {
    provide,
    inject: [ModulesContainer, ...inject],
    useFactory: (modules: ModulesContainer, ...dependencies: unknown[]) =>
      sharedInstance(modules, name, () => make(...dependencies)),
  };
}
