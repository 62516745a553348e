import type { ContainerIdentity } from '../container/container-identity.js';
import { type ScwRefusalReason, statusOf } from '../refusal/refusal-reasons.js';
import type { DenyList } from '../verification/scaleway-token-verifier.js';
import type { TokenRules } from '../verification/token-rules.js';
import { decodeToken, type DecodedToken } from './decoded-token.js';
import { type Check, inspectToken } from './inspection.js';
import type { PastedToken } from './pasted-token.js';
import { REMEDIES } from './remedies.js';

/** What `inspect` and the console say about a token. */
export interface InspectionReport extends DecodedToken {
  readonly accepted: boolean;
  readonly status: 200 | 401 | 403;
  readonly reason: ScwRefusalReason | null;
  /** What to do about a refusal. */
  readonly remedy: string | null;
  readonly notes: readonly string[];
  readonly checks: readonly Check[];
}

/** Says, check by check, what a container answers to a pasted token. */
export function reportOn(
  { token, notes }: PastedToken,
  identity: ContainerIdentity,
  rules: TokenRules,
  denyList?: DenyList,
): InspectionReport {
  const { reason, checks } = inspectToken(token, identity, rules, denyList);
  return {
    accepted: reason === undefined,
    status: reason === undefined ? 200 : statusOf(reason),
    reason: reason ?? null,
    remedy: reason === undefined ? null : REMEDIES[reason],
    notes,
    checks,
    ...decodeToken(token),
  };
}
