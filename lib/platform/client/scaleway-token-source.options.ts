import type { ScalewayTokenClient } from './scaleway-token-client.js';
import type { ScalewayTarget } from './target.js';

/**
 * Where a `ScalewayTokenSource` writes its warnings, for example Nest's `Logger` or `console`.
 *
 * @publicApi
 */
export interface ScalewayWarningLogger {
  /** Called with one line, which contains no token and no key. */
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
  /** What you want to call: exactly one id of a container, function or namespace. */
  readonly target: ScalewayTarget;
  /** The client for Scaleway's API. Default: a new client with the credentials of the environment. */
  readonly client?: ScalewayTokenClient | undefined;
  /** The target's region. Default: the client's. */
  readonly region?: string | undefined;
  /**
   * Which of Scaleway's two APIs creates the tokens. `issue-jwt` keeps no records. `tokens` keeps a record of each token, which
   * the source deletes after it has replaced the token, and when you close the source. Default: `issue-jwt`.
   */
  readonly api?: 'issue-jwt' | 'tokens' | undefined;
  /** The lifetime of each token, in whole seconds, from 10 to 31536000 (a year). Default: 3600. */
  readonly lifetimeSeconds?: number | undefined;
  /** Gets one line for each failure that no caller sees, such as a failed renewal or deletion. Default: Nest's log. */
  readonly logger?: ScalewayWarningLogger | undefined;
  /** Called with the error (a `ScalewayPlatformError`) of each such failure, for example to count them. Default: none. */
  readonly onError?: ((error: unknown) => void) | undefined;
}
