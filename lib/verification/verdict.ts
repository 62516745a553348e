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
 * Whether `verify` has answered immediately. Not by `instanceof Promise`, since a library may have replaced the global one.
 * Nothing inherited passes for the method that every promise has.
 */
export function isVerdict(answer: Verdict | Promise<Verdict>): answer is Verdict {
  return typeof (answer as Partial<Promise<Verdict>>).then !== 'function';
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
