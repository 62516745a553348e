import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** What to do about each refusal. The table in docs/troubleshooting.md has the details. */
export const REMEDIES: Readonly<Record<ScwRefusalReason, string>> = {
  no_token: 'send the token in the header X-Auth-Token',
  too_long: 'the token is longer than maxTokenLength; check that it is a Scaleway token',
  duplicate_token: 'send the token once; a proxy or the client adds a second copy',
  iam_key: 'this is an IAM secret key, which a container cannot verify; send a JSON Web Token from Scaleway',
  malformed: 'the token is cut off, padded, quoted or re-encoded; copy the whole token, without spaces',
  unsupported_algorithm: 'this is not a Scaleway token; Scaleway signs with RS256',
  unsupported_header: 'this is not a Scaleway token; their headers only have alg and typ',
  bad_signature:
    'the token is for another namespace, or cut off or altered, or SCW_PUBLIC_KEY is the key of another namespace',
  expired: 'issue a new token',
  not_yet_valid: "check this machine's clock, which is behind by more than clockTolerance",
  too_old: 'issue a new token, or raise maxTokenAge',
  no_expiry: 'issue a token with an expiry, or turn requireExpiry off',
  wrong_issuer: 'Scaleway did not issue this token, or the option issuer is wrong',
  wrong_audience: 'the token is not for functions or containers, or the option audience is wrong',
  bad_claim: 'this is not a Scaleway token; its claims have another form',
  wrong_namespace: 'the token is for another namespace; issue one for this container or its namespace',
  wrong_application: 'the token is for another container; issue one for this container or its namespace',
  wrong_scope: 'the route requires the other scope: a token for this container, or one for its namespace',
  revoked: 'issue a new token; this one is on the deny list',
  revocation_unknown: "make the deny list's store available again, or change revocation.whenStoreIsAway",
  public_container: 'this container is public and checks nothing; only passport and your own code check tokens there',
  unexpected: 'please report this',
};
