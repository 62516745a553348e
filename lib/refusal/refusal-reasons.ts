/** What the client is told about a kind of refusal: RFC 6750 section 3.1 and a sentence that gives nothing away. */
interface RefusalKind {
  readonly status: 401 | 403;
  /** Sent as `error_description`. Absent where no token was sent: RFC 6750 wants no error code then. */
  readonly description?: string;
}

/**
 * Every reason for which a request is refused: the one list behind the exception's `cause`, the log's `reason`, and the
 * table of docs/troubleshooting.md.
 */
const REFUSALS = {
  /** No accepted header carried anything. */
  no_token: { status: 401 },
  /** The header is longer than `maxTokenLength`; it was not read. */
  too_long: { status: 401, description: 'The token is too long' },
  /** The deciding header was sent more than once. */
  duplicate_token: { status: 401, description: 'More than one token was sent' },
  /** The header carried a bare UUID: an IAM secret key, which no container can verify. */
  iam_key: { status: 401, description: 'The credential is not a JSON Web Token' },
  /** Not a compact JWS in canonical base64url, or its header or payload is not a JSON object. */
  malformed: { status: 401, description: 'The token is malformed' },
  /** `alg` is not RS256. */
  unsupported_algorithm: { status: 401, description: 'The token is not signed with RS256' },
  /** `typ` is not JWT, or the header has `crit`, `b64`, `zip` or `cty`. */
  unsupported_header: { status: 401, description: 'The token has an unsupported header' },
  /** Not signed by the key of this container's namespace. */
  bad_signature: { status: 401, description: 'The signature is invalid' },
  /** At or after `exp`. */
  expired: { status: 401, description: 'The token has expired' },
  /** Before `nbf` or `iat`, beyond `clockTolerance`. */
  not_yet_valid: { status: 401, description: 'The token is not valid yet' },
  /** Older than `maxTokenAge`, or without `iat` where `maxTokenAge` is set. */
  too_old: { status: 401, description: 'The token is too old' },
  /** No `exp`, where `requireExpiry` is set. */
  no_expiry: { status: 401, description: 'The token has no expiry' },
  /** `iss` is not the expected one. */
  wrong_issuer: { status: 401, description: 'The token has the wrong issuer' },
  /** `aud` does not contain the expected one. */
  wrong_audience: { status: 401, description: 'The token has the wrong audience' },
  /** `application_claim`, `exp`, `nbf` or `iat` has the wrong shape. */
  bad_claim: { status: 401, description: 'A claim of the token is malformed' },
  /** Well signed and current, for another namespace. */
  wrong_namespace: { status: 403, description: 'The token is not meant for this container' },
  /** Well signed and current, for another container. */
  wrong_application: { status: 403, description: 'The token is not meant for this container' },
  /** Meant for this container, but not of the scope that `@ScwRequireScope()` wants. */
  wrong_scope: { status: 403, description: 'The token has the wrong scope for this request' },
  /** On the deny list. */
  revoked: { status: 401, description: 'The token has been revoked' },
  /** The deny list's store is away, and `revocation.whenStoreIsAway` wants tokens to be refused then. */
  revocation_unknown: { status: 401, description: 'The token could not be checked' },
  /** The container is public and has no key; only passport and your own code ask about tokens there. */
  public_container: { status: 401 },
  /** Something unforeseen happened while checking; the log has it. Whatever is not understood is refused. */
  unexpected: { status: 401, description: 'The token could not be checked' },
} as const satisfies Record<string, RefusalKind>;

/**
 * Why a request was refused. The `cause` of the guard's exception, and `reason` in the log.
 *
 * @example
 * catch(exception: HttpException) {
 *   const reason = exception.cause as ScwRefusalReason; // 'expired'
 * }
 */
export type ScwRefusalReason = keyof typeof REFUSALS;

/** The status of a refusal: 403 when the token is genuine but meant for another container, else 401 (RFC 6750 section 3.1). */
export function statusOf(reason: ScwRefusalReason): 401 | 403 {
  return REFUSALS[reason].status;
}

// Built once: a refusal under load should cost a look-up, not string work.
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

/** All reasons, in the order in which they are documented. */
export const REFUSAL_REASONS = Object.keys(REFUSALS) as readonly ScwRefusalReason[];
