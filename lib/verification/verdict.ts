import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { ScwTokenClaims } from './scw-token-claims.js';

/**
 * What {@link ScalewayTokenVerifier} says about a request or a token.
 *
 * @example
 * const verdict = verifier.verifySync(request);
 * if (verdict.accepted) console.log(verdict.claims.scope);
 * else console.log(verdict.reason); // 'expired'
 */
export type Verdict = Accepted | Refused;

/** The token is genuine, current, not revoked, and meant for this container. */
export interface Accepted {
  readonly accepted: true;
  readonly claims: ScwTokenClaims;
  /** The name of the header that carried the token, in lower case; undefined for a bare token. */
  readonly header: string | undefined;
}

/** Everything else. */
export interface Refused {
  readonly accepted: false;
  readonly reason: ScwRefusalReason;
  /** The name of the header that decided, in lower case; undefined when no header carried anything. */
  readonly header?: string | undefined;
  /** `jti`, once the signature has been verified: before that it is whatever a stranger wrote. */
  readonly tokenId?: string | undefined;
  /** What was thrown, when the reason is `unexpected`. */
  readonly error?: unknown;
}
