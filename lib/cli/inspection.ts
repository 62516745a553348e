import type { ContainerIdentity } from '../container/container-identity.js';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { parseToken } from '../verification/jws.js';
import { type DenyList, ScalewayTokenVerifier } from '../verification/scaleway-token-verifier.js';
import type { TokenRules } from '../verification/token-rules.js';
import { readTimes } from '../verification/token-times.js';

/** One thing that the guard checks about a token. */
export interface Check {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not reached';
}

export interface Inspection {
  /** Undefined when the container accepts the token. */
  readonly reason: ScwRefusalReason | undefined;
  readonly checks: readonly Check[];
}

interface CheckWithReasons {
  readonly name: string;
  readonly reasons: readonly ScwRefusalReason[];
}

/** The checks in the guard's order, each with the reasons that it can end with. */
const CHECKS: readonly CheckWithReasons[] = [
  { name: 'one token, no longer than allowed', reasons: ['no_token', 'iam_key', 'duplicate_token', 'too_long'] },
  { name: 'a compact JWS in canonical base64url', reasons: ['malformed'] },
  { name: 'the header says RS256, and nothing unsupported', reasons: ['unsupported_algorithm', 'unsupported_header'] },
  { name: 'exp, nbf and iat are numbers', reasons: ['bad_claim'] },
  { name: 'current', reasons: ['expired', 'not_yet_valid', 'too_old', 'no_expiry'] },
  { name: 'signed with the key of this namespace', reasons: ['bad_signature'] },
  { name: 'the issuer', reasons: ['wrong_issuer'] },
  { name: 'the audience', reasons: ['wrong_audience'] },
  { name: 'application_claim names a namespace or a container', reasons: ['bad_claim'] },
  { name: 'meant for this container', reasons: ['wrong_namespace', 'wrong_application'] },
];
const NOT_REVOKED: CheckWithReasons = { name: 'not on the deny list', reasons: ['revoked', 'revocation_unknown'] };

/** Asks the guard's own code about a token, and says how far the token came. */
export function inspectToken(
  token: string,
  identity: ContainerIdentity,
  rules: TokenRules,
  denyList?: DenyList,
): Inspection {
  const checks = denyList === undefined ? CHECKS : [...CHECKS, NOT_REVOKED];
  const reason = refusalOf(token, identity, rules, denyList);
  const failed = reason === undefined ? checks.length : failedCheck(checks, token, reason);
  return {
    reason,
    checks: checks.map(({ name }, i) => ({
      name,
      outcome: i < failed ? 'passed' : i > failed ? 'not reached' : 'failed',
    })),
  };
}

/** The one place that knows how the guard checks a token. */
function refusalOf(
  token: string,
  identity: ContainerIdentity,
  rules: TokenRules,
  denyList: DenyList | undefined,
): ScwRefusalReason | undefined {
  const header = rules.headers[0] as string;
  const value = header === 'authorization' ? `Bearer ${token}` : token;
  const verdict = new ScalewayTokenVerifier(identity, rules, denyList).verifySync({ headers: { [header]: value } });
  return verdict.accepted ? undefined : verdict.reason;
}

function failedCheck(checks: readonly CheckWithReasons[], token: string, reason: ScwRefusalReason): number {
  const ends = ({ reasons }: CheckWithReasons) => reasons.includes(reason);
  const first = checks.findIndex(ends);
  if (reason !== 'bad_claim') return first;
  const payload = parseToken(token);
  return typeof payload !== 'string' && typeof readTimes(payload) === 'string' ? first : checks.findLastIndex(ends);
}
