import { isObject } from './transport.js';

type Slots = WeakMap<object, WeakMap<object, object>>;

/**
 * Beside a call and not on it: a message is the client's data, which the handler may compare, freeze or send on. One for
 * the process, so that every copy of this package in it finds the same.
 */
const SLOTS: unique symbol = Symbol.for('nestjs-scaleway-auth:call-slots') as never;
const slots: Slots = ((globalThis as { [SLOTS]?: Slots })[SLOTS] ??= new WeakMap());

/**
 * Where claims are kept for one handler's call that has no request of its own. What a call can be told by may live longer
 * than it, as a WebSocket's client does; a handler that nobody guards must then not find what was kept for another's call.
 */
export function callSlot(call: unknown, handler: object): object | undefined {
  if (!isObject(call)) return undefined;
  let ofCall = slots.get(call);
  if (ofCall === undefined) slots.set(call, (ofCall = new WeakMap()));
  let slot = ofCall.get(handler);
  if (slot === undefined) ofCall.set(handler, (slot = {}));
  return slot;
}
