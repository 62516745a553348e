import 'reflect-metadata';
import { TOKEN_VERIFIER } from '../verification/scaleway-token-verifier.js';

/** Where Nest keeps what `@UseGuards()` was given. */
const GUARDS = '__guards__';

/** Where Nest keeps what the `@Inject()` of a constructor's parameters was given. */
const INJECTED = 'self:paramtypes';

/** Where TypeScript keeps the types of a constructor's parameters. */
const PARAMETER_TYPES = 'design:paramtypes';

/** Where Nest keeps what the `@Inject()` of properties was given. */
const PROPERTIES = 'self:properties_metadata';

/** What `@ScwDelegatingGuard()` says of a guard's class: the same key for every copy of this package. */
export const DELEGATING_GUARD = 'nestjs-scaleway-auth:delegating-guard';

/** Whether `@UseGuards()` on this class or handler names `ScalewayAuthGuard`, or a guard that says that it asks it. */
export function hasOwnGuard(target: object, read: typeof Reflect.getMetadata = Reflect.getMetadata): boolean {
  return guardsOn(target, read).some(isScalewayAuthGuard);
}

/** What `@UseGuards()` on this class or handler was given: classes and instances. */
export function guardsOn(target: object, read: typeof Reflect.getMetadata = Reflect.getMetadata): readonly unknown[] {
  const guards: unknown = read(GUARDS, target);
  return Array.isArray(guards) ? guards : [];
}

/**
 * Whether a guard's class or instance is ours, a subclass of it, or says with `@ScwDelegatingGuard()` that it asks it. That it
 * has it injected says nothing: what its `canActivate` does, nobody can read.
 */
export function isScalewayAuthGuard(guard: unknown): boolean {
  const type = classOf(guard);
  if (type === undefined) return false;
  // What a class says of its own canActivate holds for no subclass; that it asks about some calls alone does.
  const ofClass: unknown = Reflect.getOwnMetadata(DELEGATING_GUARD, type);
  if (ofClass !== undefined) return ofClass === true;
  return Reflect.getMetadata(DELEGATING_GUARD, type) !== false && verifiesTokens(type);
}

/** Whether it is ours or a subclass: what says that it asks ours may let in others, too. */
export function alwaysNeedsToken(guard: unknown): boolean {
  const type = classOf(guard);
  return type !== undefined && verifiesTokens(type) && isScalewayAuthGuard(type);
}

/** The name of a guard's class that has ours injected and does not say whether it asks it; undefined for all others. */
export function undeclaredGuard(guard: unknown): string | undefined {
  const type = classOf(guard);
  if (type === undefined || verifiesTokens(type)) return undefined;
  if (Reflect.hasOwnMetadata(DELEGATING_GUARD, type) || Reflect.getMetadata(DELEGATING_GUARD, type) === false)
    return undefined;
  const injected: unknown[] = [
    ...((Reflect.getMetadata(PARAMETER_TYPES, type) as unknown[] | undefined) ?? []),
    ...((Reflect.getMetadata(INJECTED, type) as { param?: unknown }[] | undefined) ?? []).map((each) => each.param),
    ...((Reflect.getMetadata(PROPERTIES, type) as { type?: unknown }[] | undefined) ?? []).map((each) => each.type),
  ];
  return injected.some((each) => typeof each === 'function' && verifiesTokens(each)) ? type.name : undefined;
}

function classOf(guard: unknown): (abstract new (...dependencies: never[]) => unknown) | undefined {
  const type: unknown = typeof guard === 'function' ? guard : (guard as object | null | undefined)?.constructor;
  return typeof type === 'function' ? (type as abstract new () => unknown) : undefined;
}

/**
 * Known by what our constructor has injected: a class of the other copy (ESM, CommonJS) of this package is another class, and
 * bundlers change names.
 */
function verifiesTokens(type: object): boolean {
  for (let each: unknown = type; typeof each === 'function'; each = Object.getPrototypeOf(each)) {
    const injected: unknown = Reflect.getOwnMetadata(INJECTED, each);
    if (Array.isArray(injected) && injected.some(({ param }) => param === TOKEN_VERIFIER)) return true;
  }
  return false;
}
