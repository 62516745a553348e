import type { ScalewayTokenClient } from './scaleway-token-client.js';
import type { ScalewayTarget } from './target.js';

/**
 * Where a `ScalewayTokenSource` writes its warnings. Nest's `Logger` and `console` are two.
 *
 * @publicApi
 */
export interface ScalewayWarningLogger {
  /** Gets one line that holds no token and no key. */
  warn(message: string): unknown;
}

/**
 * Options of a `ScalewayTokenSource`.
 *
 * @example
 * new ScalewayTokenSource({ target: { containerId }, api: 'tokens', lifetimeSeconds: 900 });
 *
 * @publicApi
 */
export interface ScalewayTokenSourceOptions {
  /** The container (or namespace, function) that is to be called: exactly one id. */
  readonly target: ScalewayTarget;
  /** Who asks Scaleway. Default: a new client with the credentials of the environment. */
  readonly client?: ScalewayTokenClient | undefined;
  /** The target's region. Default: the client's. */
  readonly region?: string | undefined;
  /**
   * Which of Scaleway's two ways to make a token is used. `issue-jwt` leaves no record behind. `tokens` makes tokens that
   * have a record, which the source deletes when it has replaced them, and when it is closed. Default: `issue-jwt`.
   */
  readonly api?: 'issue-jwt' | 'tokens' | undefined;
  /** How long each token lives, in whole seconds, from 10 to 31536000 (a year). Default: 3600. */
  readonly lifetimeSeconds?: number | undefined;
  /** Gets one line for each failure that no caller gets: a renewal, a deletion. Default: Nest's log. */
  readonly logger?: ScalewayWarningLogger | undefined;
  /** Gets the error (a `ScalewayPlatformError`) of each such failure, to count it. Default: nothing. */
  readonly onError?: ((error: unknown) => void) | undefined;
}
