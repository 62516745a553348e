import { processWide } from '../container/process-wide.js';
import type { InventoryEntry } from './inventory.js';

/** `@ScwClaims()` may be of another copy of this package. */
const guarded = processWide('guarded-handlers', () => new WeakSet<object>());

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
