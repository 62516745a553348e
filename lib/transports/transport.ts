import type { ExecutionContext } from '@nestjs/common';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { RequestHeaders } from '../request/token-extractor.js';

/** How the guard gets along with one kind of call. */
export interface Transport {
  /** What the caller sent beside the call itself, if the call has such a thing: what has none is refused. */
  request(context: ExecutionContext): RequestHeaders | undefined;

  /**
   * The object on which the claims are kept: the same one for the guard and for `@ScwClaims()`, who get different contexts
   * of one call; and never one that outlives what the token was sent with.
   */
  holder(context: ExecutionContext): object | undefined;

  /** The exception that this transport turns into the right answer. It tells the client nothing but its name. */
  refusal(context: ExecutionContext, reason: ScwRefusalReason): Error | Promise<Error>;

  /** What the developer can do about a call that has no `request`. */
  remedy(context: ExecutionContext): string;

  /** What is thrown for such a call, where the developer's error would be shown to the client. */
  masked?(error: Error): Error;
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
