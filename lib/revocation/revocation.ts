import { createHash } from 'node:crypto';
import type { ScwTokenScope } from '../container/token-scope.js';

/** What a genuine token is known by. */
export interface RevocableToken {
  readonly tokenId: string | undefined;
  readonly scope: ScwTokenScope;
  readonly payload: { readonly [claim: string]: unknown };
}

/** One entry of the deny list. */
export interface Revocation {
  /** What {@link ScalewayRevocations.undo} takes, and the key in a shared store: `jti:…`, `sha256:…` or `before:…`. */
  readonly id: string;
  /** Milliseconds since 1970 until which the entry is needed: the end of the token. Undefined: for good. */
  readonly until?: number | undefined;
  /** For `before:…`: milliseconds since 1970; tokens issued (`iat`) before are refused. */
  readonly before?: number | undefined;
}

/** What is to be revoked: one token, by any of three names, or all that were issued before a time. */
export type RevocationRequest =
  | { readonly tokenId: string; readonly expiresAt?: Date | undefined }
  | { readonly token: string }
  | { readonly fingerprint: string; readonly expiresAt?: Date | undefined }
  | { readonly issuedBefore: Date; readonly scope?: ScwTokenScope | undefined };

/** The SHA-256 of a token, in hexadecimal: names it without being of use to whoever reads it. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Makes the entry for a request.
 *
 * @throws TypeError when it names nothing, or more than one thing, or is malformed; the message does not repeat it
 */
export function toRevocation(request: RevocationRequest): Revocation {
  const names = (['tokenId', 'token', 'fingerprint', 'issuedBefore'] as const).filter((name) => name in request);
  if (names.length !== 1) throw new TypeError('Name one of tokenId, token, fingerprint and issuedBefore.');

  if ('issuedBefore' in request) {
    const { issuedBefore, scope } = request;
    if (scope !== undefined && scope !== 'namespace' && scope !== 'application')
      throw new TypeError("scope must be 'namespace' or 'application'; without it all tokens are meant.");
    return { id: `before:${scope ?? 'container'}`, before: timeOf('issuedBefore', issuedBefore) };
  }
  if ('token' in request) {
    if (typeof request.token !== 'string' || request.token.split('.').length !== 3)
      throw new TypeError('token must be a JSON Web Token.');
    return entry(`sha256:${fingerprintOf(request.token)}`, expiryOf(request.token));
  }
  const until = request.expiresAt === undefined ? undefined : timeOf('expiresAt', request.expiresAt);
  if ('tokenId' in request) {
    if (typeof request.tokenId !== 'string' || request.tokenId === '' || request.tokenId.length > 200)
      throw new TypeError("tokenId must be a token's jti, of 1 to 200 characters.");
    return entry(`jti:${request.tokenId}`, until);
  }
  if (!/^[0-9a-f]{64}$/.test(request.fingerprint))
    throw new TypeError("fingerprint must be a token's SHA-256: 64 hexadecimal digits in lower case.");
  return entry(`sha256:${request.fingerprint}`, until);
}

/** Whether a value from a store is an entry. Others may have written there, or an older version. */
export function isRevocation(value: unknown): value is Revocation {
  if (typeof value !== 'object' || value === null) return false;
  const { id, until, before } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    (until === undefined || Number.isFinite(until)) &&
    (id.startsWith('before:') ? Number.isFinite(before) : /^(?:jti|sha256):./s.test(id))
  );
}

function entry(id: string, until: number | undefined): Revocation {
  return until === undefined ? { id } : { id, until };
}

function timeOf(name: string, date: Date): number {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(time)) throw new TypeError(`${name} must be a valid Date.`);
  return time;
}

/** Not verified: if the token is not genuine, the entry matches nothing. */
function expiryOf(token: string): number | undefined {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    throw new TypeError('token must be a JSON Web Token.');
  }
}
