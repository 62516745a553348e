import { theContainer } from '../../scripts/tooling/keys.mjs';

/**
 * What every peer's users must add themselves: a signature says that the token is Scaleway's, the claim says that it is
 * for this container. As cheap as it can be, and the same for all, so that it decides nothing.
 *
 * @param {any} payload
 * @returns {boolean}
 */
export function isOurs(payload) {
  const claim = payload?.application_claim;
  if (!Array.isArray(claim) || claim.length !== 1) return false;
  const { namespace_id: namespace, application_id: application } = claim[0];
  const { namespaceId, applicationId } = theContainer();
  if (namespace) return namespace === namespaceId && (!application || application === applicationId);
  return application === applicationId;
}
