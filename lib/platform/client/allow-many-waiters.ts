import { setMaxListeners } from 'node:events';

/**
 * Lets more than ten calls wait with one signal, which is not a leak. Node 20 would print a MaxListenersExceededWarning; newer
 * versions set no limit for signals either.
 */
export function allowManyWaiters(signal: AbortSignal | undefined): void {
  // Signals of other libraries have no limit, and are refused by setMaxListeners.
  if (signal instanceof EventTarget) setMaxListeners(Infinity, signal);
}
