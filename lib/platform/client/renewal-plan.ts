import type { ScalewayIssuedToken } from './issued-token.js';

/** For how long after it was asked for, in milliseconds, a token is served, and when its successor is asked for. */
export interface RenewalPlan {
  readonly usableForMs: number;
  readonly renewAfterMs: number;
}

/** Before its end a token is no longer handed out: the request that carries it still has to arrive. */
const SAFETY_MS = 10_000;

/**
 * Plans by the shorter of two readings of the token's life: its `exp` on the local clock, and its length (`exp - iat`,
 * both by the issuer's clock) from the moment it was asked for. So a local clock that is wrong never serves a token past
 * its end.
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
  // From 65 to 80 percent: instances that started together do not renew together.
  const renewAt = 0.65 + 0.15 * random;
  const end = token.expiresAt?.getTime();
  // A token without an end was not what was asked for, but it works: it is replaced on time, and served meanwhile.
  if (end === undefined) {
    return { usableForMs: Number.POSITIVE_INFINITY, renewAfterMs: lifetimeSeconds * 1000 * renewAt };
  }
  const length = end - (token.issuedAt?.getTime() ?? askedAt);
  const life = Math.max(0, Math.min(length, end - askedAt));
  return { usableForMs: life - Math.min(SAFETY_MS, life / 10), renewAfterMs: life * renewAt };
}
