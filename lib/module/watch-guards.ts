import { Logger } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { guardsOn, hasOwnGuard, isScalewayAuthGuard } from '../routes/own-guard.js';
import { methodAt, placeOf, routePolicy } from '../routes/route-policy.js';
import { isObject } from '../transports/call.js';
import { settingsOf } from './route-check.js';

/** What handlers are methods of. */
interface Class {
  readonly name: string;
  readonly prototype: Record<string, object>;
}

/** Nest's class that finds the guards of a handler: when it is bound, or at each request where its class is made for it. */
interface GuardsContextCreator {
  readonly container: { getModules(): ModulesContainer };
  create(instance: { readonly constructor: Class }, callback: object, ...rest: unknown[]): unknown[];
  getInstanceByMetatype(type: unknown): unknown;
}

const WATCHED = Symbol.for('nestjs-scaleway-auth:watched-guards');

const logger = new Logger('ScalewayAuth');

/**
 * Keeps Nest from calling a handler without the `ScalewayAuthGuard` that was written on it. Nest drops guards without a word:
 * those of a provider that a factory or a value makes, and those on a method in whose place a constructor puts another function.
 */
export function watchGuards(modules: ModulesContainer): void {
  const prototype = creatorOf(modules);
  if (prototype === undefined || Object.hasOwn(prototype, WATCHED)) return;
  Object.defineProperty(prototype, WATCHED, { value: true });
  const { create } = prototype;
  prototype.create = function createOrRefuse(instance, callback, ...rest) {
    const guards = create.call(this, instance, callback, ...rest);
    const { constructor: type } = instance;
    // What is no class has no methods that a guard could have been written on.
    if (guards.some(isScalewayAuthGuard) || !isObject(type.prototype)) return guards;
    const place = placeOf(callback, type.prototype);
    const method = place && methodAt(place);
    if (method !== undefined && method !== callback && hasOwnGuard(method))
      return this.create(instance, method, ...rest);
    const isLost =
      namesDroppedGuard(this, [type, callback]) ||
      // Of what is made once, the check at the start knows which functions stand in the place of methods.
      (method === undefined && isOfRequest(rest[1]) && mayReplaceGuardedMethod(type, callback));
    const isExempt = method !== undefined && routePolicy(callback, type).isPublic;
    const modulesOfHandler = this.container.getModules();
    return isLost && !isExempt && isPrivate(modulesOfHandler) ? [...guards, refusing(type, modulesOfHandler)] : guards;
  };
}

/** @param contextId Nest's id of a request; of what is made once it is absent, or 1 */
function isOfRequest(contextId: unknown): boolean {
  return isObject(contextId) && (contextId as { readonly id?: unknown }).id !== 1;
}

/** Of what Nest provides in its own module; the class is not exported. */
function creatorOf(modules: ModulesContainer): GuardsContextCreator | undefined {
  // Nest's own module is the first, so that nothing of the application is touched.
  const instances = [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].map((each) => each.instance),
  );
  const holder = instances.find((instance) => (instance as Holder | null | undefined)?.guardsContextCreator);
  const creator = (holder as Holder | undefined)?.guardsContextCreator;
  return creator && (Object.getPrototypeOf(creator) as GuardsContextCreator);
}

/** Of Nest's classes, ExternalContextCreator. */
interface Holder {
  readonly guardsContextCreator?: object;
}

/** Whether a guard of ours is named there that its module does not know, so that Nest has left it out. */
function namesDroppedGuard(creator: GuardsContextCreator, targets: readonly object[]): boolean {
  return targets
    .flatMap((target) => guardsOn(target))
    .some(
      (guard) => typeof guard === 'function' && isScalewayAuthGuard(guard) && !creator.getInstanceByMetatype(guard),
    );
}

/** Whether nothing tells which method a function stands for, and one of its class has a guard of ours. */
function mayReplaceGuardedMethod({ prototype }: Class, callback: object): boolean {
  if (Reflect.getOwnMetadataKeys(callback).length > 0) return false;
  return new MetadataScanner().getAllMethodNames(prototype).some((name) => hasOwnGuard(prototype[name]!));
}

function isPrivate(modules: ModulesContainer): boolean {
  return settingsOf(modules)?.container.public === false;
}

/** The classes of an application of which its log has told. */
const reported = new WeakMap<ModulesContainer, Set<object>>();

/** Refuses every call, in the way that suits it. */
function refusing(type: Class, modules: ModulesContainer): { canActivate(): boolean } {
  const told = reported.get(modules) ?? new Set();
  reported.set(modules, told);
  if (!told.has(type))
    logger.error(
      `Calls of ${type.name} are refused: @UseGuards(ScalewayAuthGuard) stands on it or on a method, and Nest leaves that out, because a ` +
        'factory or a value provides the class, or another function stands in the place of the method. Provide the class ' +
        'itself, or guard the class and not its methods.',
    );
  told.add(type);
  return { canActivate: () => false };
}
