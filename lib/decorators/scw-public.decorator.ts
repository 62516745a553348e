import 'reflect-metadata';
import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** One key for every copy of this package in a process (ESM and CommonJS builds can meet in one application). */
const PUBLIC_ROUTE = 'nestjs-scaleway-auth:public-route';

/**
 * Exempts a handler, or every handler of a class, from `ScalewayAuthGuard`: health probes, a page of documentation.
 * `@ScwPublic(false)` guards one handler of an exempt class again.
 *
 * It counts for the very class that it stands on: a controller that extends an exempt one is guarded.
 *
 * @param exempt default true
 * @example
 * @ScwPublic()
 * @Get('health')
 * health() { return 'ok'; }
 */
export const ScwPublic = (exempt = true): CustomDecorator => SetMetadata(PUBLIC_ROUTE, exempt);

/** What was read before: decorators do not change while a process runs, and reading metadata costs more than the rest. */
const known = new WeakMap<object, WeakMap<object, boolean>>();

/** Whether `@ScwPublic()` exempts a handler; what stands on the handler is stronger than what stands on its class. */
export function isPublicRoute(handler: object, controller: object): boolean {
  let ofController = known.get(controller);
  if (ofController === undefined) known.set(controller, (ofController = new WeakMap()));
  let exempt = ofController.get(handler);
  if (exempt === undefined) ofController.set(handler, (exempt = readExemption(handler, controller)));
  return exempt;
}

function readExemption(handler: object, controller: object): boolean {
  // Not Nest's Reflector: it would follow the prototype chain, and exempt the subclasses of an exempt controller.
  const exempt: unknown =
    Reflect.getOwnMetadata(PUBLIC_ROUTE, handler) ?? Reflect.getOwnMetadata(PUBLIC_ROUTE, controller);
  return exempt === true;
}
