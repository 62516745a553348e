import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { RequestHeaders } from '../request/token-extractor.js';

/** One call of a handler, as the guard and `@ScwClaims()` see it: one small class for each kind of call. */
export interface Call {
  /** What the caller sent beside the call itself; undefined where this kind of call has no such thing, which refuses it. */
  readonly request: RequestHeaders | undefined;

  /**
   * The object on which the guard leaves the claims and `@ScwClaims()` finds them, who get different contexts of one call.
   * Never one that another caller's call shares. Undefined where nothing tells this call from others.
   */
  readonly claimsSlot: object | undefined;

  /** The exception that this kind of call turns into the right answer. It tells the client nothing but its name. */
  reject(reason: ScwRefusalReason): Error | Promise<Error>;

  /** Keeps the call as it is while the guard waits for a verdict; gives what goes on with it. */
  hold?(): (() => void) | undefined;

  /** What the developer can do about a call that has no `request`. */
  readonly remedy: string;

  /**
   * What is thrown for such a call, with the developer's error as its cause: an exception that says nothing to the client,
   * and that Nest does not log, since a stranger who sends many would fill the log.
   */
  mask(error: Error): Error | Promise<Error>;
}

/** What there is to do wherever a token can come from nowhere but the call itself. */
export const OVERRIDE =
  'extend ScalewayAuthGuard and override getRequest(context), so that it finds the token in this call; or exempt this handler ' +
  'with @ScwPublic() and check its callers by other means.';

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A request with headers; whatever else it is, nothing can be read from it. */
export function withHeaders(request: unknown): RequestHeaders | undefined {
  const { headers } = (request ?? {}) as { headers?: unknown };
  return isObject(headers) ? (request as RequestHeaders) : undefined;
}
