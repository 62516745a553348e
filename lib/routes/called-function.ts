import { placeOf, rememberPlace } from './route-policy.js';

interface CalledFunction {
  readonly function: object;
  /** Whether a request's function will be known as the method, so that what decorators say of it can be read. */
  readonly isTraceable: boolean;
}

/** The part of Nest's class that is used. */
export interface InstanceWrapper {
  readonly instance: unknown;
  isDependencyTreeStatic(): boolean;
}

/**
 * What Nest calls in the place of a controller's method, and reads guards from. A constructor may have put a function there,
 * as `this.list = this.list.bind(this)` does, or have returned a Proxy that makes one each time.
 */
export function calledFunction(
  wrappers: readonly InstanceWrapper[],
  prototype: object,
  method: string,
): CalledFunction {
  const decorated = (prototype as Record<string, object>)[method] as object;
  for (const wrapper of wrappers) {
    // What is made for each request does not exist yet.
    const called = wrapper.isDependencyTreeStatic() ? methodOf(wrapper.instance, method) : undefined;
    if (called === undefined || called === decorated) continue;
    // What is made anew each time cannot be remembered.
    if (methodOf(wrapper.instance, method) === called) rememberPlace(called, prototype, method);
    return { function: called, isTraceable: placeOf(called, prototype)?.name === method };
  }
  return { function: decorated, isTraceable: true };
}

/** The same for a resolver, of which Nest takes the prototype's methods unless it is made for each request. */
export function calledOfResolver(
  wrappers: readonly InstanceWrapper[],
  prototype: object,
  method: string,
): CalledFunction {
  const ofRequests = wrappers.filter((wrapper) => !wrapper.isDependencyTreeStatic());
  return calledFunction(ofRequests, prototype, method);
}

function methodOf(instance: unknown, method: string): object | undefined {
  const value = (instance as Record<string, unknown> | null | undefined)?.[method];
  return typeof value === 'function' ? value : undefined;
}
