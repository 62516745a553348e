import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { JwtPayload } from './jws.js';

/** Whom a token must come from, and for what it must be meant. */
export interface IssuerAudienceRules {
  readonly issuer: string;
  readonly requireIssuer: boolean;
  readonly audience: string;
  readonly requireAudience: boolean;
}

/**
 * Checks `iss` and `aud` (RFC 7519 section 4.1.1 and 4.1.3): absent is tolerated unless required, since Scaleway's
 * documentation shows tokens without them; present must match, since all recorded ones have them.
 */
export function checkIssuerAudience(
  { iss, aud }: JwtPayload,
  rules: IssuerAudienceRules,
): ScwRefusalReason | undefined {
  if (iss === undefined ? rules.requireIssuer : iss !== rules.issuer) return 'wrong_issuer';
  if (aud === undefined ? rules.requireAudience : !contains(aud, rules.audience)) return 'wrong_audience';
  return undefined;
}

function contains(aud: unknown, audience: string): boolean {
  if (typeof aud === 'string') return aud === audience;
  return Array.isArray(aud) && aud.every((entry) => typeof entry === 'string') && aud.includes(audience);
}
