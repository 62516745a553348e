import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** What to do about each refusal. The table of docs/troubleshooting.md says the same at more length. */
export const REMEDIES: Readonly<Record<ScwRefusalReason, string>> = {
  no_token: 'send the token in the header X-Auth-Token',
  too_long: 'the header is longer than maxTokenLength; is it a token at all?',
  duplicate_token: 'send the token once; a proxy or a client adds a second copy',
  iam_key: 'this is an IAM secret key, which a container cannot verify; send a JSON Web Token of Scaleway',
  malformed: 'the token is cut off, padded, quoted or re-encoded; copy all of it, without blanks',
  unsupported_algorithm: 'this is not a Scaleway token: those are all signed with RS256',
  unsupported_header: 'this is not a Scaleway token: their header has only alg and typ',
  bad_signature: 'the token is for another namespace, or SCW_PUBLIC_KEY is the key of another namespace',
  expired: 'issue a new token',
  not_yet_valid: 'compare the clocks: this one is behind by more than clockTolerance',
  too_old: 'issue a new token, or raise maxTokenAge',
  no_expiry: 'issue a token with an expiry, or do without requireExpiry',
  wrong_issuer: 'Scaleway did not issue this token, or the option issuer is wrong',
  wrong_audience: 'the token is not for functions or containers, or the option audience is wrong',
  bad_claim: 'the token is not one that Scaleway issues',
  wrong_namespace: 'the token is for another namespace; issue one for this container or its namespace',
  wrong_application: 'the token is for another container; issue one for this container or its namespace',
  wrong_scope: 'the route requires a token of the other scope: of this container, or of its namespace',
  revoked: 'issue a new token; this one is on the deny list',
  revocation_unknown: 'bring the store of revocations back, or change revocation.whenStoreIsAway',
  public_container:
    'this container is public and checks nothing; only passport and your own code ask about tokens there',
  unexpected: 'please report this',
};
