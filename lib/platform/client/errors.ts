/**
 * What went wrong, in one word. Compare this instead of using `instanceof` when the error may come from the other build
 * of this package (ESM and CommonJS have their own classes).
 *
 * @publicApi
 */
export type ScalewayPlatformErrorReason =
  | 'configuration'
  | 'invalid_argument'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'refused'
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'network'
  | 'unexpected_reply';

/**
 * What every call to Scaleway's API throws: the base of the errors below, and itself for the refusals that have no class
 * of their own (409, 412, ...; reason `refused`).
 *
 * Safe to log: neither the message nor any member holds the secret key or a token, and there is no `cause`, because the
 * lower layers' errors quote headers and bodies.
 *
 * @example
 * try {
 *   await client.issueJwt({ containerId });
 * } catch (error) {
 *   if (error instanceof ScalewayPlatformError && error.reason === 'not_found') return;
 *   throw error;
 * }
 *
 * @publicApi
 */
export class ScalewayPlatformError extends Error {
  override readonly name: string = 'ScalewayPlatformError';

  constructor(
    message: string,
    readonly reason: ScalewayPlatformErrorReason,
    /** HTTP status of the reply; absent when there was none. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/**
 * The client cannot work with what it was given: no secret key, no region, a URL that is not https, ...
 * Thrown before any request.
 *
 * @publicApi
 */
export class ScalewayPlatformConfigurationError extends ScalewayPlatformError {
  override readonly name = 'ScalewayPlatformConfigurationError';

  constructor(message: string) {
    super(message, 'configuration');
  }
}

/**
 * One argument that was refused.
 *
 * @publicApi
 */
export interface ScalewayArgumentProblem {
  /** Scaleway's name of the argument, for example `expires_at`. */
  readonly argument: string;
  /** Scaleway's code, for example `constraint`, `format` or `required`. */
  readonly reason: string;
  /** Scaleway's explanation; empty when it gave none. */
  readonly help: string;
}

/**
 * An argument is wrong. Without `status`: found here, before any request. With status 400: Scaleway's
 * `invalid_arguments`, argument by argument in `details`.
 *
 * @publicApi
 */
export class ScalewayInvalidArgumentError extends ScalewayPlatformError {
  override readonly name = 'ScalewayInvalidArgumentError';

  constructor(
    message: string,
    status?: number,
    readonly details: readonly ScalewayArgumentProblem[] = [],
  ) {
    super(message, 'invalid_argument', status);
  }
}

/**
 * 401: Scaleway does not know the secret key, or it has expired.
 *
 * @publicApi
 */
export class ScalewayUnauthenticatedError extends ScalewayPlatformError {
  override readonly name = 'ScalewayUnauthenticatedError';

  constructor(message: string) {
    super(message, 'unauthenticated', 401);
  }
}

/**
 * 403: the key is known, but may not do this.
 *
 * @publicApi
 */
export class ScalewayForbiddenError extends ScalewayPlatformError {
  override readonly name = 'ScalewayForbiddenError';

  constructor(message: string) {
    super(message, 'forbidden', 403);
  }
}

/**
 * 404: there is no such container, function, namespace or token in this region.
 *
 * @publicApi
 */
export class ScalewayNotFoundError extends ScalewayPlatformError {
  override readonly name = 'ScalewayNotFoundError';

  constructor(message: string) {
    super(message, 'not_found', 404);
  }
}

/**
 * 429, after the retries, or at once when Scaleway asks for a longer pause than `maxRetryAfterSeconds`.
 *
 * @publicApi
 */
export class ScalewayRateLimitError extends ScalewayPlatformError {
  override readonly name = 'ScalewayRateLimitError';

  constructor(
    message: string,
    /** The pause that Scaleway asked for (`Retry-After`, RFC 9110 section 10.2.3), in seconds, when it named one. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message, 'rate_limited', 429);
  }
}

/**
 * 5xx, after the retries.
 *
 * @publicApi
 */
export class ScalewayServerError extends ScalewayPlatformError {
  override readonly name = 'ScalewayServerError';

  constructor(
    message: string,
    status: number,
    /** The pause that Scaleway asked for (`Retry-After`, RFC 9110 section 10.2.3), in seconds, when it named one. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message, 'server_error', status);
  }
}

/**
 * No whole reply within `timeoutSeconds`, after the retries.
 *
 * @publicApi
 */
export class ScalewayTimeoutError extends ScalewayPlatformError {
  override readonly name = 'ScalewayTimeoutError';

  constructor(message: string) {
    super(message, 'timeout');
  }
}

/**
 * No connection, or a broken one, or a certificate that is not trusted.
 *
 * @publicApi
 */
export class ScalewayNetworkError extends ScalewayPlatformError {
  override readonly name = 'ScalewayNetworkError';

  constructor(
    message: string,
    /** Node's code, for example `ECONNREFUSED` or `SELF_SIGNED_CERT_IN_CHAIN`, when there is one. */
    readonly code?: string,
  ) {
    super(message, 'network');
  }
}

/**
 * The reply is not what Scaleway's API sends: a redirect, not JSON, too large, or without a token. Never repeated, and
 * never quoted: it may hold anything.
 *
 * @publicApi
 */
export class ScalewayUnexpectedReplyError extends ScalewayPlatformError {
  override readonly name = 'ScalewayUnexpectedReplyError';

  constructor(message: string, status?: number) {
    super(message, 'unexpected_reply', status);
  }
}
