import type { ScalewayIssuedToken } from './issued-token.js';
import type { ScalewayProduct } from './target.js';
import type { ScalewayTokenRecord } from './token-record.js';

/**
 * Where a `ScalewayTokenClient` finds its credentials, and how patient it is. Every option may be left out.
 *
 * @example
 * new ScalewayTokenClient({ secretKey: process.env.CALLER_SECRET_KEY, region: 'fr-par', timeoutSeconds: 5 });
 *
 * @publicApi
 */
export interface ScalewayTokenClientOptions {
  /**
   * The API key's secret. Default: `SCW_SECRET_KEY`, else `secret_key` of the profile. Inside a Scaleway container the
   * names beginning with `SCW_` are reserved, so the secret has another name there and is passed here.
   */
  readonly secretKey?: string | undefined;
  /** `fr-par`, `nl-ams` or `pl-waw`. Default: `SCW_DEFAULT_REGION`, else the profile's. A call may name another. */
  readonly region?: string | undefined;
  /**
   * The API's base URL: https, or http to this machine. Default: `SCW_API_URL`, else the profile's, else
   * `https://api.scaleway.com`.
   */
  readonly apiUrl?: string | undefined;
  /**
   * The profile of Scaleway's configuration file. Default: `SCW_PROFILE`, else the file's `active_profile`. As in
   * Scaleway's tools, `SCW_` variables win over it. The file is `SCW_CONFIG_PATH`, else `~/.config/scw/config.yaml`.
   */
  readonly profile?: string | undefined;
  /** Seconds for one attempt, from the connection to the last byte. Default: 10. */
  readonly timeoutSeconds?: number | undefined;
  /** How many times an idempotent call is repeated. Default: 2; 0 turns repetition off. */
  readonly retries?: number | undefined;
  /**
   * The longest `Retry-After`, in seconds, that is waited for; a longer one is thrown at once. Default: 10. Without that
   * header the pause is random, up to 0.25 s and twice that after each failure, at most 2 s; with it, up to a quarter
   * longer than asked, so that clients told the same do not come back together.
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
  /** How many times this call is repeated. Default: the client's `retries`. `createToken` is never repeated. */
  readonly retries?: number | undefined;
  /** Ends the call, its pauses included; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Options of `issueJwt`.
 *
 * @publicApi
 */
export interface IssueJwtOptions extends ScalewayCallOptions {
  /**
   * When the token ends: a Date, or an RFC 3339 date and time in any zone; in the future. Counts in whole seconds.
   * Default: never.
   */
  readonly expiresAt?: Date | string | undefined;
}

/**
 * Options of `createToken`.
 *
 * @publicApi
 */
export interface CreateTokenOptions extends IssueJwtOptions {
  /** Free text that the list of tokens shows. Default: empty. */
  readonly description?: string | undefined;
}

/**
 * Options of `listTokens`, `getToken` and `deleteToken`.
 *
 * @publicApi
 */
export interface TokenCallOptions extends ScalewayCallOptions {
  /** Whose tokens. Default: `containers`; `listTokens` takes it from its target. */
  readonly product?: ScalewayProduct | undefined;
}

/**
 * A token just made over the tokens API: its record, and the token itself for the only time.
 *
 * @publicApi
 */
export interface ScalewayCreatedToken
  extends ScalewayTokenRecord, Pick<ScalewayIssuedToken, 'token' | 'publicKey' | 'issuedAt'> {}
