import type { ScwRefusalReason, ScwTokenClaims, Verdict } from 'nestjs-scaleway-auth';

/** Why a verdict refuses; undefined when it accepts. */
export const reasonOf = (verdict: Verdict): ScwRefusalReason | undefined =>
  verdict.accepted ? undefined : verdict.reason;

/** Whom a verdict accepts; undefined when it refuses. */
export const claimsOf = (verdict: Verdict): ScwTokenClaims | undefined =>
  verdict.accepted ? verdict.claims : undefined;
