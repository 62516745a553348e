import { processWide } from '../../container/process-wide.js';
import type { RequestHeaders } from '../../request/token-extractor.js';
import { isObject, withHeaders } from '../call.js';

/**
 * On the context of an operation: the request that it came with. Copies of the context that a library makes for single
 * operations have it, too. It is registered, since a driver and a guard may be served by different copies of this package.
 */
const OPERATION: unique symbol = Symbol.for('nestjs-scaleway-auth:graphql-operation') as never;

/** Its request is not enumerable, so that whoever logs a context logs no token. */
interface Operation {
  readonly request?: RequestHeaders;
}

interface OperationContext {
  readonly [OPERATION]?: Operation;
}

/** The part of a driver of @nestjs/graphql that is used, whichever library it drives. */
export interface GraphqlDriver {
  mergeDefaultOptions(options: { readonly context?: unknown }, ...rest: unknown[]): unknown;
}

const prepared = processWide('graphql-drivers', () => new WeakSet<GraphqlDriver>());

/**
 * Has a driver make a context for each request, with that request. Of what the application gives as `context` it makes a
 * copy: an object that all operations shared would keep the request of the first (as @nestjs/apollo 12 and 13 and
 * @nestjs/mercurius do), or be given the next one's while an operation still runs.
 *
 * To be called before Nest starts GraphQL, in `onModuleInit`.
 */
export function keepRequests(driver: GraphqlDriver): void {
  if (prepared.has(driver)) return;
  prepared.add(driver);
  const { mergeDefaultOptions } = driver;
  driver.mergeDefaultOptions = function mergeWithOwnContext(options, ...rest) {
    return mergeDefaultOptions.call(this, { ...options, context: ownContext(options) }, ...rest);
  };
}

/** A `context` function for what the application gives, which may be a function, an object, or nothing. */
function ownContext(options: { readonly context?: unknown }) {
  return async (...args: readonly unknown[]): Promise<unknown> => {
    const { context } = options;
    const value: unknown = await (typeof context === 'function' ? context.apply(options, args) : context);
    if (!isObject(value ?? {})) return value;
    const copy: object = Object.assign(Object.create(value ? Object.getPrototypeOf(value) : Object.prototype), value);
    return Object.assign(copy, { [OPERATION]: operationOf(args[0]) });
  };
}

function operationOf(first: unknown): Operation {
  const request = httpRequest(first);
  return Object.freeze(Object.defineProperty({}, 'request', { value: request }));
}

/**
 * The request of an operation over HTTP, from what a driver calls `context` with: Fastify's request, around Node's; or an
 * object that has a request as `req`. A WebSocket has a request, too, but its operations have not: a token that was good when the
 * socket was opened says nothing about who speaks later.
 */
function httpRequest(first: unknown): RequestHeaders | undefined {
  const { raw, req } = (first ?? {}) as { readonly raw?: unknown; readonly req?: unknown };
  const request = withHeaders(isObject(raw) ? first : req);
  return String(request?.headers['upgrade']).toLowerCase() === 'websocket' ? undefined : request;
}

/** Whether a context belongs to one operation, or to several of one request. */
export function isOfOneRequest(contextValue: object): boolean {
  return (contextValue as OperationContext)[OPERATION] !== undefined;
}

/** The request that an operation came with; undefined where it came without, or nothing tells its request from others'. */
export function requestOfOperation(contextValue: object | undefined): RequestHeaders | undefined {
  return (contextValue as OperationContext | undefined)?.[OPERATION]?.request;
}
