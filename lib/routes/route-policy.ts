import 'reflect-metadata';
import { processWide } from '../container/process-wide.js';
import type { ScwTokenScope } from '../container/token-scope.js';
import { hasOwnGuard } from './own-guard.js';
import { OPTIONAL_ROUTE, PUBLIC_ROUTE, REQUIRED_SCOPE } from './route-metadata.js';

/** What the decorators say about a handler, by the rules in docs/decorators.md. */
export interface RoutePolicy {
  /** `@ScwPublic()`: nothing is checked. */
  readonly isPublic: boolean;
  /** `@ScwOptional()`: a request without a token is let in. */
  readonly isOptional: boolean;
  /** `@ScwRequireScope()`: the one scope that is let in. */
  readonly scope: ScwTokenScope | undefined;
  /** Decorators that contradict each other. The stricter counts, and the application does not start. */
  readonly conflict: string | undefined;
  /**
   * The function is none of its class's methods, of which some have decorators: nothing tells whether those are meant for it.
   * Nobody is let in.
   */
  readonly isUnreadable: boolean;
}

/** What was read before: decorators do not change while a process runs, and reading metadata costs more than the rest. */
const known = new WeakMap<object, WeakMap<object, RoutePolicy>>();

/** What the decorators on a handler, on those that it overrides and on its class say. */
export function routePolicy(handler: object, controller: object): RoutePolicy {
  let ofController = known.get(controller);
  if (ofController === undefined) known.set(controller, (ofController = new WeakMap()));
  let policy = ofController.get(handler);
  if (policy === undefined) ofController.set(handler, (policy = readPolicy(handler, controller)));
  return policy;
}

function readPolicy(handler: object, controller: object): RoutePolicy {
  const { prototype } = controller as { prototype?: object };
  const place = prototype && placeOf(handler, prototype);
  // A name may be that of another method, so it can restrict, and never exempt.
  const likely = place ?? (prototype && placeByName(nameOf(handler), prototype));
  /** On the handler itself. */
  const own = (key: string): unknown =>
    Reflect.getOwnMetadata(key, handler) ?? (place && Reflect.getOwnMetadata(key, place.owner, place.name));
  /** On the class itself: an exemption is not inherited. */
  const ofClass = (key: string): unknown => Reflect.getOwnMetadata(key, controller);

  const ownScope = own(REQUIRED_SCOPE) as ScwTokenScope | undefined;
  // A restriction is inherited: an override or a subclass must not lose it unseen.
  const handlerScope =
    ownScope ??
    (likely && (Reflect.getMetadata(REQUIRED_SCOPE, likely.owner, likely.name) as ScwTokenScope | undefined));
  const classScope = Reflect.getMetadata(REQUIRED_SCOPE, controller) as ScwTokenScope | undefined;

  const ownPublic = own(PUBLIC_ROUTE);
  const ownOptional = own(OPTIONAL_ROUTE);
  const classPublic = ofClass(PUBLIC_ROUTE) === true;
  const classOptional = ofClass(OPTIONAL_ROUTE) === true;
  const method = likely && methodAt(likely);
  const guarded = hasOwnGuard(handler) || (method !== undefined && hasOwnGuard(method));
  // Of the class itself: what a base class is guarded by, its subclass may lift.
  const guardsClass = hasOwnGuard(controller, Reflect.getOwnMetadata);
  const isRestricted = handlerScope !== undefined || guarded;

  const conflict = [
    ownScope !== undefined && ownPublic === true && '@ScwPublic() and @ScwRequireScope() contradict each other on it',
    ownScope !== undefined &&
      ownOptional === true &&
      '@ScwOptional() and @ScwRequireScope() contradict each other on it',
    guarded && ownPublic === true && '@ScwPublic() and @UseGuards(ScalewayAuthGuard) contradict each other on it',
    ownPublic === true && ownOptional === true && '@ScwPublic() and @ScwOptional() contradict each other on it',
    classPublic && classOptional && '@ScwPublic() and @ScwOptional() contradict each other on its class',
    classPublic && classScope !== undefined && '@ScwPublic() and @ScwRequireScope() contradict each other on its class',
    classOptional &&
      classScope !== undefined &&
      '@ScwOptional() and @ScwRequireScope() contradict each other on its class',
    classPublic && guardsClass && '@ScwPublic() and @UseGuards(ScalewayAuthGuard) contradict each other on its class',
    classPublic &&
      isRestricted &&
      ownPublic === undefined &&
      'its class has @ScwPublic(), and it has a scope or a guard of its own: write @ScwPublic(false) on it',
  ].find((each) => each !== false);

  const classExempts = classPublic && !classOptional && classScope === undefined && !guardsClass;
  const isPublic = !isRestricted && ownOptional !== true && (ownPublic ?? classExempts) === true;
  const isOptional =
    handlerScope === undefined &&
    (ownOptional === true || (ownOptional === undefined && classOptional && classScope === undefined));
  const liftsClassScope = ownPublic === true || ownOptional === true;
  return {
    isPublic,
    isOptional,
    scope: handlerScope ?? (liftsClassScope ? undefined : classScope),
    conflict,
    // Whoever has wrapped it with its metadata has kept ours, too.
    isUnreadable: place === undefined && !hasMetadata(handler) && decoratesHandlers(prototype),
  };
}

/** Whether a class or one of its bases has decorators of ours on handlers. */
function decoratesHandlers(prototype: object | undefined): boolean {
  for (let owner = prototype; owner; owner = Object.getPrototypeOf(owner) as object | undefined)
    if (Object.getOwnPropertyNames(owner).some((name) => isDecoratedHandler(owner!, name))) return true;
  return false;
}

/** Whether a decorator of ours is on this handler, or on one that it overrides. */
export function isDecoratedHandler(prototype: object, name: string): boolean {
  return [PUBLIC_ROUTE, OPTIONAL_ROUTE, REQUIRED_SCOPE].some((key) => Reflect.hasMetadata(key, prototype, name));
}

/** The prototype that has this handler, and its name there: a wrapped function's own name can be empty. */
interface Place {
  readonly owner: object;
  readonly name: string;
}

/** The method that stands there; undefined for a getter. */
export function methodAt({ owner, name }: Place): object | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
  return typeof value === 'function' ? value : undefined;
}

/** Functions that constructors have put in the place of methods: of which, for each class. Null where it is of several. */
const places = processWide('places', () => new WeakMap<object, WeakMap<object, Place | null>>());

/** Notes that an instance has a function of its own in the place of a method, whose decorators count for it. */
export function rememberPlace(called: object, prototype: object, name: string): void {
  let ofClasses = places.get(called);
  if (ofClasses === undefined) places.set(called, (ofClasses = new WeakMap()));
  const before = ofClasses.get(prototype);
  const isOfSeveral = before === null || (before !== undefined && before.name !== name);
  ofClasses.set(prototype, isOfSeveral ? null : { owner: ownerOf(name, prototype), name });
}

/** The nearest prototype that has it. */
function ownerOf(name: string, prototype: object): object {
  let owner = prototype;
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object;
  return owner;
}

/** The method that a function is, is bound to, or was noted to stand for. */
export function placeOf(handler: object, prototype: object): Place | undefined {
  const remembered = places.get(handler)?.get(prototype);
  if (remembered !== undefined) return remembered ?? undefined;
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner) as object | null)
    for (const name of Object.getOwnPropertyNames(owner))
      if (Object.getOwnPropertyDescriptor(owner, name)?.value === handler) return { owner, name };
  const name = nameOf(handler);
  return isBound(handler, name) ? placeByName(name.replace(BOUND, ''), prototype) : undefined;
}

const BOUND = /^(?:bound )+/;

/** Made by `bind`, which names its function after the method; other functions may have any name. */
function isBound(handler: object, name: string): boolean {
  return BOUND.test(name) && Function.prototype.toString.call(handler).endsWith('{ [native code] }');
}

function placeByName(name: string, prototype: object): Place | undefined {
  return name in prototype ? { owner: ownerOf(name, prototype), name } : undefined;
}

function nameOf(handler: object): string {
  return String((handler as { name?: unknown }).name);
}

function hasMetadata(handler: object): boolean {
  return Reflect.getOwnMetadataKeys(handler).length > 0;
}
