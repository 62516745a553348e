import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { claimOf, type JwtPayload } from './jws.js';

/** The rules for `iss` and `aud`. */
export interface IssuerAudienceRules {
  readonly issuer: string;
  readonly requireIssuer: boolean;
  readonly audience: string;
  readonly requireAudience: boolean;
}

/**
 * Checks `iss` and `aud` (RFC 7519 section 4.1.1 and 4.1.3). They may be absent unless required, because Scaleway's
 * documentation shows tokens without them. If present they must match; all recorded tokens have them.
 */
export function checkIssuerAudience(payload: JwtPayload, rules: IssuerAudienceRules): ScwRefusalReason | undefined {
  const [iss, aud] = [claimOf(payload, 'iss'), claimOf(payload, 'aud')];
  if (iss === undefined ? rules.requireIssuer : iss !== rules.issuer) return 'wrong_issuer';
  if (aud === undefined ? rules.requireAudience : !contains(aud, rules.audience)) return 'wrong_audience';
  return undefined;
}

function contains(aud: unknown, audience: string): boolean {
  if (typeof aud === 'string') return aud === audience;
  return Array.isArray(aud) && aud.every((entry) => typeof entry === 'string') && aud.includes(audience);
}
