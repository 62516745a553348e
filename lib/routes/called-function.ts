import { placeOf, rememberPlace } from './route-policy.js';

interface CalledFunction {
  readonly function: object;
  /** Whether an instance that does not exist yet may be given another function, as far as the text of its class tells. */
  readonly mayBeReplaced: boolean;
  /** Whether a request's function will be known as the method, so that what decorators say of it can be read. */
  readonly isTraceable: boolean;
}

/** The part of Nest's class that is used. */
export interface InstanceWrapper {
  readonly instance: unknown;
  readonly metatype: unknown;
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
    const isStatic = wrapper.isDependencyTreeStatic();
    const called = isStatic ? methodOf(wrapper.instance, method) : functionOfRequests(wrapper.metatype, method);
    if (called === undefined || called === decorated) continue;
    // What is made anew each time cannot be remembered.
    if (isStatic && methodOf(wrapper.instance, method) === called) rememberPlace(called, prototype, method);
    return { function: called, isTraceable: placeOf(called, prototype)?.name === method, mayBeReplaced: false };
  }
  const mayBeReplaced = wrappers.some(
    (wrapper) => !wrapper.isDependencyTreeStatic() && handsItselfOn(wrapper.metatype),
  );
  return { function: decorated, isTraceable: true, mayBeReplaced };
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

/**
 * A controller that is made for each request does not exist yet, so the text of its class is read.
 *
 * @returns a function like the one that a constructor puts in the method's place; undefined where it leaves the method alone
 */
function functionOfRequests(type: unknown, method: string): object | undefined {
  const name = `this\\.${method.replaceAll('$', '\\$')}`;
  const assignment = new RegExp(`\\b${name}\\s*=(?![=>])\\s*(${name}\\.bind\\()?`);
  for (let each = type; typeof each === 'function'; each = Object.getPrototypeOf(each) as unknown) {
    const found = assignment.exec(Function.prototype.toString.call(each));
    if (found) return found[1] === undefined ? standIn : boundFunction(method);
  }
  return undefined;
}

/** An assignment to a name that is computed, and `this` as an argument or under another name, but not as that of a call. */
const ITSELF = [
  /\bthis\s*\[[^\]]*\]\s*=(?![=>])/,
  /(?<!\.(?:bind|call|apply))\(\s*this\s*[,)]/,
  /,\s*this\s*[,)]/,
  /=\s*this\s*[;,\n}]/,
];

/** Whether a class, or one of its bases, lets something else change its instances. */
function handsItselfOn(type: unknown): boolean {
  for (let each = type; typeof each === 'function'; each = Object.getPrototypeOf(each) as unknown) {
    const text = Function.prototype.toString.call(each);
    if (ITSELF.some((pattern) => pattern.test(text))) return true;
  }
  return false;
}

/* istanbul ignore next -- stands for a function, and is not called */
const standIn = (): void => {};

/** As `bind` gives it: its name tells which method it was. */
function boundFunction(method: string): object {
  const named = standIn.bind(undefined);
  return Object.defineProperty(named, 'name', { value: `bound ${method}` });
}
