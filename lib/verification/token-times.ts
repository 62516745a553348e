import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { claimOf, type JwtPayload } from './jws.js';

/** The rules for a token's times, in seconds. */
export interface TimeRules {
  readonly clockTolerance: number;
  readonly requireExpiry: boolean;
  readonly maxTokenAge: number | undefined;
}

/** A token's times, in seconds since 1970 (RFC 7519 section 4.1.4 to 4.1.6). Fractions are allowed. */
export interface TokenTimes {
  readonly exp: number | undefined;
  readonly nbf: number | undefined;
  readonly iat: number | undefined;
}

/** Reads a token's times. Each is absent or a finite number (JSON's 1e400 is not finite). */
export function readTimes(payload: JwtPayload): TokenTimes | 'bad_claim' {
  const [exp, nbf, iat] = [claimOf(payload, 'exp'), claimOf(payload, 'nbf'), claimOf(payload, 'iat')];
  return isTime(exp) && isTime(nbf) && isTime(iat) ? { exp, nbf, iat } : 'bad_claim';
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || Number.isFinite(value);
}

/**
 * Whether a token is current. The tolerance applies only to `nbf` and `iat`, because a container's clock may be behind
 * Scaleway's when a new token comes in. It does not extend `exp`.
 *
 * @param now milliseconds since 1970; with whole seconds, a token whose `exp` has a fraction could live up to a second longer
 */
export function checkTimes({ exp, nbf, iat }: TokenTimes, rules: TimeRules, now: number): ScwRefusalReason | undefined {
  if (exp !== undefined ? now >= exp * 1000 : rules.requireExpiry) return exp === undefined ? 'no_expiry' : 'expired';
  const latestStart = now + rules.clockTolerance * 1000;
  if (nbf !== undefined && latestStart < nbf * 1000) return 'not_yet_valid';
  if (iat !== undefined && latestStart < iat * 1000) return 'not_yet_valid';
  if (rules.maxTokenAge !== undefined && (iat === undefined || now >= (iat + rules.maxTokenAge) * 1000))
    return 'too_old';
  return undefined;
}
