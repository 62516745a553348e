import type { ScalewayIssuedToken } from './issued-token.js';
import type { ScalewayProduct } from './target.js';
import type { ScalewayTokenRecord } from './token-record.js';

/**
 * Options of a `ScalewayTokenClient`: its credentials, time limits and retries. All are optional.
 *
 * @example
 * new ScalewayTokenClient({ secretKey: process.env.CALLER_SECRET_KEY, region: 'fr-par', timeoutSeconds: 5 });
 *
 * @publicApi
 */
export interface ScalewayTokenClientOptions {
  /**
   * The API key's secret. Default: `SCW_SECRET_KEY`, or `secret_key` of the profile. Inside a Scaleway container, names that
   * begin with `SCW_` are reserved, so store the secret under another name and pass it here.
   */
  readonly secretKey?: string | undefined;
  /** `fr-par`, `nl-ams` or `pl-waw`. Default: `SCW_DEFAULT_REGION`, or the profile's. A call can use another region. */
  readonly region?: string | undefined;
  /**
   * The API's base URL: https, or http to this machine. Default: `SCW_API_URL`, or the profile's, or
   * `https://api.scaleway.com`.
   */
  readonly apiUrl?: string | undefined;
  /**
   * The profile in Scaleway's configuration file. Default: `SCW_PROFILE`, or the file's `active_profile`. As in Scaleway's
   * tools, `SCW_` variables override it. The file is `SCW_CONFIG_PATH`, or `~/.config/scw/config.yaml`.
   */
  readonly profile?: string | undefined;
  /** The time limit of one attempt, from the connection to the last byte, in seconds. Default: 10. */
  readonly timeoutSeconds?: number | undefined;
  /** How many times an idempotent call is retried. Default: 2; 0 turns retries off. */
  readonly retries?: number | undefined;
  /**
   * The longest `Retry-After` to wait for, in seconds. With a longer one, the call rejects immediately. Default: 10.
   *
   * Without the header, the pause is random: up to 0.25 s, doubled after each failure, at most 2 s. With the header, the pause
   * is up to a quarter longer than requested, so that clients do not retry together.
   */
  readonly maxRetryAfterSeconds?: number | undefined;
}

/**
 * Options of every call.
 *
 * @publicApi
 */
export interface ScalewayCallOptions {
  /** The region of this call. Default: the client's. */
  readonly region?: string | undefined;
  /** How many times this call is retried. Default: the client's `retries`. `createToken` is never retried. */
  readonly retries?: number | undefined;
  /** Aborts the call, including its pauses; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Options of `issueJwt`.
 *
 * @publicApi
 */
export interface IssueJwtOptions extends ScalewayCallOptions {
  /**
   * When the token expires: a Date, or an RFC 3339 date and time in any zone, in the future. Fractions of a second are
   * dropped. Default: never.
   */
  readonly expiresAt?: Date | string | undefined;
}

/**
 * Options of `createToken`.
 *
 * @publicApi
 */
export interface CreateTokenOptions extends IssueJwtOptions {
  /** A text that the list of tokens shows. Default: empty. */
  readonly description?: string | undefined;
}

/**
 * Options of `listTokens`, `getToken` and `deleteToken`.
 *
 * @publicApi
 */
export interface TokenCallOptions extends ScalewayCallOptions {
  /** The product that the tokens belong to. Default: `containers`; `listTokens` uses the product of its target. */
  readonly product?: ScalewayProduct | undefined;
}

/**
 * A new token from the tokens API: its record, and the token itself, which Scaleway shows only once.
 *
 * @publicApi
 */
export interface ScalewayCreatedToken
  extends ScalewayTokenRecord, Pick<ScalewayIssuedToken, 'token' | 'publicKey' | 'issuedAt'> {}
