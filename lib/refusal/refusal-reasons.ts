/** What the client is told about a refusal: RFC 6750 section 3.1, and a sentence that reveals nothing. */
interface RefusalKind {
  readonly status: 401 | 403;
  /** Sent as `error_description`. Absent if no token was sent: in that case RFC 6750 asks for no error code. */
  readonly description?: string;
}

/**
 * All reasons for which a request is refused. The exception's `cause`, the log's `reason` and the table in
 * docs/troubleshooting.md use this list.
 */
const REFUSALS = {
  /** No accepted header had a value. */
  no_token: { status: 401 },
  /** The token is longer than `maxTokenLength`; it was not parsed. */
  too_long: { status: 401, description: 'The token is too long' },
  /** The deciding header was sent more than once. */
  duplicate_token: { status: 401, description: 'More than one token was sent' },
  /** The header contains a bare UUID: an IAM secret key, which no container can verify. */
  iam_key: { status: 401, description: 'The credential is not a JSON Web Token' },
  /** Not a compact JWS in canonical base64url, or its header or payload is not a JSON object. */
  malformed: { status: 401, description: 'The token is malformed' },
  /** `alg` is not RS256. */
  unsupported_algorithm: { status: 401, description: 'The token is not signed with RS256' },
  /** `typ` is not JWT, or the header has `crit`, `b64`, `zip` or `cty`. */
  unsupported_header: { status: 401, description: 'The token has an unsupported header' },
  /** Not signed with the key of this container's namespace. */
  bad_signature: { status: 401, description: 'The signature is invalid' },
  /** At or after `exp`. */
  expired: { status: 401, description: 'The token has expired' },
  /** Before `nbf` or `iat`, beyond `clockTolerance`. */
  not_yet_valid: { status: 401, description: 'The token is not valid yet' },
  /** Older than `maxTokenAge`, or without `iat` while `maxTokenAge` is set. */
  too_old: { status: 401, description: 'The token is too old' },
  /** No `exp` while `requireExpiry` is set. */
  no_expiry: { status: 401, description: 'The token has no expiry' },
  /** `iss` is not the expected one. */
  wrong_issuer: { status: 401, description: 'The token has the wrong issuer' },
  /** `aud` does not contain the expected one. */
  wrong_audience: { status: 401, description: 'The token has the wrong audience' },
  /** `application_claim`, `exp`, `nbf` or `iat` has the wrong shape. */
  bad_claim: { status: 401, description: 'A claim of the token is malformed' },
  /** Genuine and current, but for another namespace. */
  wrong_namespace: { status: 403, description: 'The token is not meant for this container' },
  /** Genuine and current, but for another container. */
  wrong_application: { status: 403, description: 'The token is not meant for this container' },
  /** For this container, but without the scope that `@ScwRequireScope()` requires. */
  wrong_scope: { status: 403, description: 'The token has the wrong scope for this request' },
  /** On the deny list. */
  revoked: { status: 401, description: 'The token has been revoked' },
  /** The deny list could not be read, and `revocation.whenStoreIsAway` says to refuse, or it was never read. */
  revocation_unknown: { status: 401, description: 'The token could not be checked' },
  /** The container is public and has no key; only passport and your own code check tokens there. */
  public_container: { status: 401 },
  /** An unexpected error occurred during the check; the log has the error. */
  unexpected: { status: 401, description: 'The token could not be checked' },
} as const satisfies Record<string, RefusalKind>;

/**
 * The reason why a request was refused: the `cause` of the guard's exception, and `reason` in the log.
 *
 * @example
 * catch(exception: HttpException) {
 *   const reason = exception.cause as ScwRefusalReason; // 'expired'
 * }
 */
export type ScwRefusalReason = keyof typeof REFUSALS;

/** The status of a refusal: 403 if the token is genuine but not sufficient here, otherwise 401 (RFC 6750 section 3.1). */
export function statusOf(reason: ScwRefusalReason): 401 | 403 {
  return REFUSALS[reason].status;
}

// Built once, so that a refusal under load costs only a lookup.
const CHALLENGES = Object.fromEntries(
  Object.entries<RefusalKind>(REFUSALS).map(([reason, kind]) => [reason, challenge(kind)]),
) as Record<ScwRefusalReason, string>;

/** The value of `WWW-Authenticate` for a refusal (RFC 6750 section 3). */
export function challengeOf(reason: ScwRefusalReason): string {
  return CHALLENGES[reason];
}

function challenge({ status, description }: RefusalKind): string {
  const scheme = 'Bearer realm="Scaleway container"';
  if (description === undefined) return scheme;
  const error = status === 403 ? 'insufficient_scope' : 'invalid_token';
  return `${scheme}, error="${error}", error_description="${description}"`;
}

/** All reasons, in the order of the documentation. */
export const REFUSAL_REASONS = Object.keys(REFUSALS) as readonly ScwRefusalReason[];
