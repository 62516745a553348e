import { type ContainerIdentity } from '../container/container-identity.js';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { parseToken } from '../verification/jws.js';
import { ScalewayTokenVerifier } from '../verification/scaleway-token-verifier.js';
import type { TokenRules } from '../verification/token-rules.js';
import { readTimes } from '../verification/token-times.js';

/** One thing that the guard asks of a token. */
export interface Check {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not reached';
}

export interface Inspection {
  /** Undefined when the container lets the token in. */
  readonly reason: ScwRefusalReason | undefined;
  readonly checks: readonly Check[];
}

/** The checks in the guard's order, each with the reasons that it can end with. */
const CHECKS: readonly { readonly name: string; readonly reasons: readonly ScwRefusalReason[] }[] = [
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

/** Asks the guard's own verifier about a token, and says how far it came. */
export function inspectToken(token: string, identity: ContainerIdentity, rules: TokenRules): Inspection {
  const header = rules.headers[0] as string;
  const value = header === 'authorization' ? `Bearer ${token}` : token;
  const verdict = new ScalewayTokenVerifier(identity, rules).verifySync({ headers: { [header]: value } });
  const reason = verdict.accepted ? undefined : verdict.reason;
  const failed = reason === undefined ? CHECKS.length : failedCheck(token, reason);
  return {
    reason,
    checks: CHECKS.map(({ name }, i) => ({
      name,
      outcome: i < failed ? 'passed' : i > failed ? 'not reached' : 'failed',
    })),
  };
}

function failedCheck(token: string, reason: ScwRefusalReason): number {
  const ends = ({ reasons }: { reasons: readonly ScwRefusalReason[] }) => reasons.includes(reason);
  const first = CHECKS.findIndex(ends);
  if (reason !== 'bad_claim') return first;
  const payload = parseToken(token);
  return typeof payload !== 'string' && typeof readTimes(payload) === 'string' ? first : CHECKS.findLastIndex(ends);
}
