/**
 * What went wrong.
 *
 * - `configuration`: no secret key, no region, or an invalid option; thrown before any request
 * - `invalid_argument`: an argument is wrong; with `details.status` Scaleway's 400, otherwise found before any request
 * - `unauthenticated`: 401, Scaleway does not know the secret key, or it has expired
 * - `forbidden`: 403, the key does not have the permission
 * - `not_found`: 404, no such container, function, namespace or token in this region
 * - `endpoint_gone`: `issue-jwt` responded as if it did not exist (404 without naming what was not found, 405, 410, 501)
 * - `refused`: any other 4xx
 * - `rate_limited`: 429
 * - `server_error`: 5xx
 * - `timeout`: no complete reply within `timeoutSeconds`
 * - `network`: no connection, a broken connection, or an untrusted certificate
 * - `unexpected_reply`: the reply is not from Scaleway's API; it is not quoted
 * - `closed`: the `ScalewayTokenSource` was closed
 *
 * @publicApi
 */
export type ScalewayPlatformErrorReason =
  | 'configuration'
  | 'invalid_argument'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'endpoint_gone'
  | 'refused'
  | 'rate_limited'
  | 'server_error'
  | 'timeout'
  | 'network'
  | 'unexpected_reply'
  | 'closed';

/**
 * An argument that Scaleway refused.
 *
 * @publicApi
 */
export interface ScalewayArgumentProblem {
  /** Scaleway's name of the argument, for example `expires_at`. */
  readonly argument: string;
  /** Scaleway's code, for example `constraint`, `format` or `required`. */
  readonly reason: string;
  /** Scaleway's explanation; empty if there is none. */
  readonly help: string;
}

/**
 * Details of a `ScalewayPlatformError`. Properties that do not apply are absent.
 *
 * @publicApi
 */
export interface ScalewayPlatformErrorDetails {
  /** The HTTP status of the reply; absent if there was no reply. */
  readonly status?: number | undefined;
  /** The reply's `X-Request-Id`. */
  readonly requestId?: string | undefined;
  /** With status 400: the arguments that Scaleway refused. */
  readonly problems?: readonly ScalewayArgumentProblem[] | undefined;
  /** With 429 and 5xx: seconds to wait, from the reply's `Retry-After` (RFC 9110 section 10.2.3). */
  readonly retryAfterSeconds?: number | undefined;
  /** From a `ScalewayTokenSource`: it sends no request before this time. */
  readonly retryAt?: Date | undefined;
  /** With `network`: Node's code, for example `ECONNREFUSED` or `SELF_SIGNED_CERT_IN_CHAIN`. */
  readonly code?: string | undefined;
}

/**
 * The error of all calls to Scaleway's API. Compare `reason`. `instanceof` does not recognise an error of this package's other
 * build, because ESM and CommonJS have separate classes.
 *
 * It is safe to log: its message and properties do not contain the secret key or a token. It has no `cause`, because the
 * errors of lower layers quote headers and bodies.
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
  override readonly name = 'ScalewayPlatformError';

  constructor(
    readonly reason: ScalewayPlatformErrorReason,
    message: string,
    readonly details: ScalewayPlatformErrorDetails = {},
  ) {
    super(message);
  }
}

/** Recognises errors of the other build too. */
export function isPlatformError(error: unknown): error is ScalewayPlatformError {
  return error instanceof Error && error.name === 'ScalewayPlatformError' && 'reason' in error;
}

export function isNotFound(error: unknown): boolean {
  return isPlatformError(error) && error.reason === 'not_found';
}

/** The pause that Scaleway requested with an error; 0 if none. */
export function askedPauseMs(error: unknown): number {
  return isPlatformError(error) ? (error.details.retryAfterSeconds ?? 0) * 1000 : 0;
}

/** Whether the same request may succeed later without any change. */
export function isTemporary({ reason, details }: ScalewayPlatformError): boolean {
  switch (reason) {
    case 'rate_limited':
    case 'timeout':
      return true;
    case 'server_error':
      // 501 means that the server does not support this request.
      return details.status !== 501;
    case 'network':
      return !isCertificateCode(details.code);
    default:
      return false;
  }
}

/** Whether this is one of Node's codes for a certificate or a TLS version that it does not accept. */
export function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|VERIFY|^ERR_TLS|^ERR_SSL/u.test(code);
}
