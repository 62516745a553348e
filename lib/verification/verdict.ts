import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { ScwTokenClaims } from './scw-token-claims.js';

/**
 * The result of {@link ScalewayTokenVerifier} for a request or a token.
 *
 * @example
 * const verdict = verifier.verifySync(request);
 * if (verdict.accepted) console.log(verdict.claims.scope);
 * else console.log(verdict.reason); // 'expired'
 */
export type Verdict = Accepted | Refused;

/** The token is genuine, current, not revoked, and for this container. */
export interface Accepted {
  readonly accepted: true;
  readonly claims: ScwTokenClaims;
  /** The name of the header with the token, in lower case; undefined for a token string. */
  readonly header: string | undefined;
}

/**
 * Whether `verify` has returned a verdict and not a promise. Tested with an own property, because a library may have replaced
 * the global Promise, and the result of an async function is then not an instance of it.
 */
export function isVerdict(answer: Verdict | Promise<Verdict>): answer is Verdict {
  return Object.hasOwn(answer, 'accepted');
}

/** The request has no token, or its token is not accepted. */
export interface Refused {
  readonly accepted: false;
  readonly reason: ScwRefusalReason;
  /** The name of the header that decided, in lower case; undefined if no header had a value. */
  readonly header?: string | undefined;
  /** `jti`, if the signature was verified. Without that, anyone could have written it. */
  readonly tokenId?: string | undefined;
  /** What was thrown, if the reason is `unexpected`. */
  readonly error?: unknown;
}
