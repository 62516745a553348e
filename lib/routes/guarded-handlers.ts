import type { InventoryEntry } from './inventory.js';

/** One for the process, since `@ScwClaims()` may be of another copy of this package. */
const GUARDED: unique symbol = Symbol.for('nestjs-scaleway-auth:guarded-handlers') as never;
const guarded = ((globalThis as { [GUARDED]?: WeakSet<object> })[GUARDED] ??= new WeakSet());

/** Notes which handlers a guard is applied to, so that an error does not advise what is done. Nothing else may rely on it. */
export function noteGuarded(entries: readonly InventoryEntry[]): void {
  for (const { route, handler } of entries)
    if (route.protection === 'guarded' || route.protection === 'optional') guarded.add(handler.function);
    else guarded.delete(handler.function);
}

/** Whether this handler is guarded in the application that has started last. */
export function isNotedAsGuarded(handler: object): boolean {
  return guarded.has(handler);
}
