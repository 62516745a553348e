import type { ScalewayIssuedToken } from './issued-token.js';

/** When, in milliseconds of the local clock, a token may still be served and when its successor is asked for. */
export interface RenewalPlan {
  /** A clock before this was set back, and tells nothing about the token's end. */
  readonly usableFrom: number;
  readonly usableUntil: number;
  readonly renewAt: number;
}

/** Seconds before its end at which a token is no longer handed out: the request still has to arrive. */
const SAFETY_SECONDS = 10;

/**
 * Plans by the shorter of two readings of the token's life: its `exp` on the local clock, and its length (`exp - iat`,
 * both by the issuer's clock) from the moment it was asked for. So a local clock that is wrong never serves a token past
 * its end.
 */
export function planRenewal(
  token: ScalewayIssuedToken,
  askedAt: number,
  lifetimeSeconds: number,
  random: number,
): RenewalPlan {
  const end = token.expiresAt?.getTime();
  const length = end === undefined ? lifetimeSeconds * 1000 : end - (token.issuedAt?.getTime() ?? askedAt);
  const life = end === undefined ? length : Math.max(0, Math.min(length, end - askedAt));
  return {
    usableFrom: askedAt - SAFETY_SECONDS * 1000,
    // A token without an end was not what was asked for, but it works: it is replaced on time, and served meanwhile.
    usableUntil:
      end === undefined ? Number.POSITIVE_INFINITY : askedAt + life - Math.min(SAFETY_SECONDS * 1000, life / 10),
    // Somewhere from 65 to 80 percent: instances that started together do not renew together.
    renewAt: askedAt + life * (0.65 + 0.15 * random),
  };
}
