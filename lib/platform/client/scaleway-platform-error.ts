/**
 * What went wrong, in one word.
 *
 * - `configuration`: no secret key, no region, or an option that is malformed; thrown before any request
 * - `invalid_argument`: an argument is wrong; without `details.status` found before any request, else Scaleway's 400
 * - `unauthenticated`: 401, Scaleway does not know the secret key, or it has expired
 * - `forbidden`: 403, the key may not do this
 * - `not_found`: 404, no such container, function, namespace or token in this region
 * - `endpoint_gone`: `issue-jwt` answered as if it did not exist (404 without naming what was not found, 405, 410, 501)
 * - `refused`: any other 4xx
 * - `rate_limited`: 429
 * - `server_error`: 5xx
 * - `timeout`: no whole reply within `timeoutSeconds`
 * - `network`: no connection, a broken one, or a certificate that is not trusted
 * - `unexpected_reply`: the reply is not what Scaleway's API sends; it is never quoted
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
 * One argument that Scaleway refused.
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
 * What is known beside the reason of a `ScalewayPlatformError`. A member that does not apply is absent.
 *
 * @publicApi
 */
export interface ScalewayPlatformErrorDetails {
  /** HTTP status of the reply; absent when there was none. */
  readonly status?: number | undefined;
  /** The reply's `X-Request-Id`. */
  readonly requestId?: string | undefined;
  /** With status 400: which arguments Scaleway refused. */
  readonly problems?: readonly ScalewayArgumentProblem[] | undefined;
  /** Seconds to wait, as the reply's `Retry-After` says (RFC 9110 section 10.2.3). With 429 and 5xx. */
  readonly retryAfterSeconds?: number | undefined;
  /** From a `ScalewayTokenSource`: it sends no request before this time. */
  readonly retryAt?: Date | undefined;
  /** With `network`: Node's code, for example `ECONNREFUSED` or `SELF_SIGNED_CERT_IN_CHAIN`. */
  readonly code?: string | undefined;
}

/**
 * What every call to Scaleway's API throws. Compare `reason`; `instanceof` fails for an error of this package's other
 * build (ESM and CommonJS have their own classes).
 *
 * Safe to log: neither the message nor any member holds the secret key or a token, and there is no `cause`, because the
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

/** Recognises the error of the other build too. */
export function isPlatformError(error: unknown): error is ScalewayPlatformError {
  return error instanceof Error && error.name === 'ScalewayPlatformError' && 'reason' in error;
}

export function isNotFound(error: unknown): boolean {
  return isPlatformError(error) && error.reason === 'not_found';
}

/** The pause that Scaleway asked for with an error, 0 without one. */
export function askedPauseMs(error: unknown): number {
  return isPlatformError(error) ? (error.details.retryAfterSeconds ?? 0) * 1000 : 0;
}

/** Whether the same request can succeed later without anybody changing anything. */
export function isTemporary({ reason, details }: ScalewayPlatformError): boolean {
  switch (reason) {
    case 'rate_limited':
    case 'timeout':
      return true;
    case 'server_error':
      // 501 says that the server will never know this request.
      return details.status !== 501;
    case 'network':
      return !isCertificateCode(details.code);
    default:
      return false;
  }
}

/** Node's codes for a certificate or a TLS version that it does not accept. */
export function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|VERIFY|^ERR_TLS|^ERR_SSL/u.test(code);
}
