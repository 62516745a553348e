import type { PrivateContainer } from '../container/container-identity.js';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import { claimOf, isObject } from './jws.js';

/** Which namespace and container a token is for. At least one of the two is set. */
export interface ApplicationClaim {
  readonly namespaceId: string | undefined;
  readonly applicationId: string | undefined;
}

/**
 * Reads `application_claim`: an array of exactly one object. Its ids are strings if present, and at least one of them is not
 * empty. Scaleway sets one id and leaves the other `""`.
 */
export function readApplicationClaim(claim: unknown): ApplicationClaim | 'bad_claim' {
  if (!Array.isArray(claim) || claim.length !== 1) return 'bad_claim';
  const [entry] = claim as unknown[];
  if (!isObject(entry)) return 'bad_claim';
  const [namespace_id = '', application_id = ''] = [claimOf(entry, 'namespace_id'), claimOf(entry, 'application_id')];
  if (typeof namespace_id !== 'string' || typeof application_id !== 'string') return 'bad_claim';
  if (namespace_id === '' && application_id === '') return 'bad_claim';
  return { namespaceId: namespace_id || undefined, applicationId: application_id || undefined };
}

/**
 * Whether a token is for this container: every id in the token must equal this container's own, byte for byte. If the
 * container does not know one of its own ids, no token matches it.
 */
export function matchContainer(claim: ApplicationClaim, container: PrivateContainer): ScwRefusalReason | undefined {
  if (claim.namespaceId !== undefined && claim.namespaceId !== container.namespaceId) return 'wrong_namespace';
  if (claim.applicationId !== undefined && claim.applicationId !== container.applicationId) return 'wrong_application';
  return undefined;
}
