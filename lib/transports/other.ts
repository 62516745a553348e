import { callSlot } from './call-slot.js';
import { httpRefusal } from './http.js';
import { isObject, OVERRIDE, type Transport } from './transport.js';

/** Queues, bots, commands: whatever calls handlers by a context type of its own. Nothing is known about them. */
export const other: Transport = {
  request: () => undefined,
  holder: (context) => callSlot(context.getArgs<unknown[]>().find(isObject), context.getHandler()),
  refusal: (_context, reason) => httpRefusal(reason),
  remedy: (context) =>
    `Nothing is known about where calls over "${context.getType<string>()}" carry a token: ${OVERRIDE}`,
};
