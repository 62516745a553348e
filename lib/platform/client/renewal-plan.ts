import type { ScalewayIssuedToken } from './issued-token.js';

/** How long a token is used and when it is renewed, in milliseconds after it was requested. */
export interface RenewalPlan {
  readonly usableForMs: number;
  readonly renewAfterMs: number;
}

/** A token is no longer used shortly before its expiry, because the request with it takes time to arrive. */
const SAFETY_MS = 10_000;

/**
 * Uses the shorter of two lifetimes: until `exp` by the local clock, and `exp - iat` (both by the issuer's clock) from the
 * moment of the request. So an expired token is not used, even if the local clock is wrong.
 *
 * @param askedAt milliseconds since 1970
 * @param random from 0 to 1
 */
export function planRenewal(
  token: Pick<ScalewayIssuedToken, 'issuedAt' | 'expiresAt'>,
  askedAt: number,
  lifetimeSeconds: number,
  random: number,
): RenewalPlan {
  // From 65 to 80 percent, so that instances that started together do not renew together.
  const renewAt = 0.65 + 0.15 * random;
  const end = token.expiresAt?.getTime();
  // A token without an expiry was not requested, but it works: it is used, and replaced on time.
  if (end === undefined) {
    return { usableForMs: Number.POSITIVE_INFINITY, renewAfterMs: lifetimeSeconds * 1000 * renewAt };
  }
  const length = end - (token.issuedAt?.getTime() ?? askedAt);
  const life = Math.max(0, Math.min(length, end - askedAt));
  return { usableForMs: life - Math.min(SAFETY_MS, life / 10), renewAfterMs: life * renewAt };
}
