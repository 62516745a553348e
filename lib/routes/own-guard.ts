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

/** Whether `@UseGuards()` on this class or handler names `ScalewayAuthGuard`, or a guard that asks it. */
export function hasOwnGuard(target: object, read: typeof Reflect.getMetadata = Reflect.getMetadata): boolean {
  return guardsOn(target, read).some(isScalewayAuthGuard);
}

/** What `@UseGuards()` on this class or handler was given. */
export function guardsOn(target: object, read: typeof Reflect.getMetadata = Reflect.getMetadata): readonly unknown[] {
  const guards: unknown = read(GUARDS, target);
  return Array.isArray(guards) ? guards : [];
}

/**
 * Whether a guard's class or instance is ours, a subclass of it, or has it injected and can ask it. Known by what our
 * constructor has injected: a class of the other copy (ESM, CommonJS) of this package is another class, and bundlers change
 * names.
 */
export function isScalewayAuthGuard(guard: unknown): boolean {
  const type = classOf(guard);
  if (type === undefined) return false;
  if (verifiesTokens(type)) return true;
  const injected: unknown[] = [
    ...((Reflect.getMetadata(PARAMETER_TYPES, type) as unknown[] | undefined) ?? []),
    ...((Reflect.getMetadata(PROPERTIES, type) as { type?: unknown }[] | undefined) ?? []).map((each) => each.type),
  ];
  return injected.some((each) => typeof each === 'function' && verifiesTokens(each));
}

/** Whether it is ours or a subclass: what has ours injected may let in others, too. */
export function alwaysNeedsToken(guard: unknown): boolean {
  const type = classOf(guard);
  return type !== undefined && verifiesTokens(type);
}

function classOf(guard: unknown): object | undefined {
  const type: unknown = typeof guard === 'function' ? guard : guard?.constructor;
  return typeof type === 'function' ? type : undefined;
}

function verifiesTokens(type: object): boolean {
  for (let each: unknown = type; typeof each === 'function'; each = Object.getPrototypeOf(each)) {
    const injected: unknown = Reflect.getOwnMetadata(INJECTED, each);
    if (Array.isArray(injected) && injected.some(({ param }) => param === TOKEN_VERIFIER)) return true;
  }
  return false;
}
