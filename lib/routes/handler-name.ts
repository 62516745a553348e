import type { ExecutionContext } from '@nestjs/common';
import { placeOf } from './route-policy.js';

/** `Class.method`, as the log, the events and errors name a handler. */
export function handlerName(context: ExecutionContext): string {
  const controller = context.getClass();
  const handler = context.getHandler();
  // A function that a decorator has put in a method's place often has no name.
  const name = placeOf(handler, (controller.prototype ?? {}) as object)?.name ?? handler.name;
  return `${controller.name}.${name}`;
}
