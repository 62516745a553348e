import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** Why this container refuses a token; undefined when it lets the token in. */
export type IsGenuine = (token: string) => ScwRefusalReason | undefined;

/** Refusals that depend on the time or on options, and say nothing of whose token it is. */
const CAN_BE_REVOKED: ReadonlySet<ScwRefusalReason> = new Set<ScwRefusalReason>([
  'expired',
  'not_yet_valid',
  'too_old',
  'no_expiry',
  'revoked',
  'revocation_unknown',
  'unexpected',
  'public_container',
]);

/**
 * Refuses to revoke a token that this container never lets in.
 *
 * @throws TypeError saying why; the message does not repeat the token
 */
export function refuseForeignToken(token: string, isGenuine: IsGenuine | undefined): void {
  const reason = isGenuine?.(token);
  if (reason === undefined || CAN_BE_REVOKED.has(reason)) return;
  throw new TypeError(
    `token is not one that this container lets in (${reason}), so revoking it would have no effect. Was it copied whole?`,
  );
}
