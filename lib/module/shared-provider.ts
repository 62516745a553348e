import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/** On an application's container of modules: what its imports of ScalewayAuthModule share. */
const SHARED: unique symbol = Symbol.for('nestjs-scaleway-auth:shared') as never;

type SharedInstances = Map<InjectionToken, unknown>;

/** What this application has under the token; made by whoever asks first. */
export function sharedInstance<T>(modules: ModulesContainer, token: InjectionToken, make: () => T): T {
  const holder = modules as { [SHARED]?: SharedInstances };
  const instances = (holder[SHARED] ??= new Map());
  if (!instances.has(token)) instances.set(token, make());
  return instances.get(token) as T;
}

/** A provider of which an application has one instance, however often it imports the module. */
export function sharedProvider<T>(
  provide: InjectionToken<T>,
  inject: InjectionToken[],
  make: (...dependencies: any[]) => T,
): FactoryProvider<T> {
  return {
    provide,
    inject: [ModulesContainer, ...inject],
    useFactory: (modules: ModulesContainer, ...dependencies: unknown[]) =>
      sharedInstance(modules, provide, () => make(...dependencies)),
  };
}
