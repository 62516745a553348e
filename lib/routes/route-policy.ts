import 'reflect-metadata';
import type { ScwTokenScope } from '../container/token-scope.js';
import { OPTIONAL_ROUTE, PUBLIC_ROUTE, REQUIRED_SCOPE } from './route-metadata.js';

/** What the decorators say about a route. */
export interface RoutePolicy {
  /** `@ScwPublic()`: nothing is checked. */
  readonly isPublic: boolean;
  /** `@ScwOptional()`: a request without a token is let in. */
  readonly isOptional: boolean;
  /** `@ScwRequireScope()`: the one scope that is let in. */
  readonly scope: ScwTokenScope | undefined;
}

/** What was read before: decorators do not change while a process runs, and reading metadata costs more than the rest. */
const known = new WeakMap<object, WeakMap<object, RoutePolicy>>();

/** What the decorators on a handler and its class say; what stands on the handler is stronger. */
export function routePolicy(handler: object, controller: object): RoutePolicy {
  let ofController = known.get(controller);
  if (ofController === undefined) known.set(controller, (ofController = new WeakMap()));
  let policy = ofController.get(handler);
  if (policy === undefined) ofController.set(handler, (policy = readPolicy(handler, controller)));
  return policy;
}

function readPolicy(handler: object, controller: object): RoutePolicy {
  return {
    isPublic: own(PUBLIC_ROUTE, handler, controller) === true,
    isOptional: own(OPTIONAL_ROUTE, handler, controller) === true,
    // A restriction is inherited, unlike an exemption: a subclass must not lose it unseen.
    scope: Reflect.getMetadata(REQUIRED_SCOPE, handler) ?? Reflect.getMetadata(REQUIRED_SCOPE, controller),
  };
}

/** Not Nest's Reflector: it would follow the prototype chain, and exempt the subclasses of an exempt controller. */
function own(key: string, handler: object, controller: object): unknown {
  return Reflect.getOwnMetadata(key, handler) ?? Reflect.getOwnMetadata(key, controller);
}
