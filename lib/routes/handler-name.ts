import type { ExecutionContext } from '@nestjs/common';

/** `Class.method`, as the log, the events and errors name a handler. */
export function handlerName(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}
