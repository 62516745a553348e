import 'reflect-metadata';

/** Keys under which decorators keep what they say of a handler or a class: the same for every copy of this package. */
export const PUBLIC_ROUTE = 'nestjs-scaleway-auth:public-route';
export const OPTIONAL_ROUTE = 'nestjs-scaleway-auth:optional-route';
export const REQUIRED_SCOPE = 'nestjs-scaleway-auth:required-scope';

/** Of a class or a handler, as Nest's own decorators are. */
type RouteDecorator = MethodDecorator & ClassDecorator;

/**
 * Keeps a value on a class; or on a handler, both on its function and under its name on the prototype. Under its name a
 * subclass finds what its override would hide, and a decorator that replaces the function loses nothing.
 */
export function routeDecorator(key: string, value: unknown): RouteDecorator {
  return (target: object, name?: string | symbol, descriptor?: TypedPropertyDescriptor<any>) => {
    if (name === undefined) return Reflect.defineMetadata(key, value, target);
    Reflect.defineMetadata(key, value, target, name);
    if (typeof descriptor?.value === 'function') Reflect.defineMetadata(key, value, descriptor.value as object);
  };
}
