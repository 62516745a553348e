import type { ScalewayTokenClient } from './scaleway-token-client.js';
import type { ScalewayTarget } from './target.js';

/**
 * Options of a `ScalewayTokenSource`.
 *
 * @example
 * new ScalewayTokenSource({ target: { containerId }, lifetimeSeconds: 900, onError: (error) => metrics.count(error) });
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
  /** How long each token lives, in whole seconds, from 10 to 31536000 (a year). Default: 3600. */
  readonly lifetimeSeconds?: number | undefined;
  /**
   * Called with each failed renewal, while the old token is still served; the error (a `ScalewayPlatformError`) holds no
   * token or key. A failure without a valid token rejects the caller instead. Default: one warning in Nest's log.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}
