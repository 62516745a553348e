import { createHash } from 'node:crypto';
import type { ScwTokenScope } from '../container/token-scope.js';
import { expiryOf, readPresentedToken } from './presented-token.js';

/** What a genuine token is known by. */
export interface RevocableToken {
  readonly tokenId?: string | undefined;
  readonly scope: ScwTokenScope;
  readonly payload: { readonly iat?: unknown };
}

/** One entry of the deny list. */
export interface Revocation {
  /** What {@link ScalewayRevocations.undo} takes: `jti:…`, `sha256:…` or `before:…`. */
  readonly id: string;
  /** When the token ends, in milliseconds since 1970; the entry is kept at least that long. Undefined: permanently. */
  readonly until?: number | undefined;
  /** For `before:…`: tokens issued (`iat`) before this time are refused, in milliseconds since 1970. */
  readonly before?: number | undefined;
}

/** What to revoke: one token, named in one of three ways, or every token issued before a time. */
export type RevocationRequest =
  | { readonly tokenId: string; readonly expiresAt?: Date | undefined }
  | { readonly token: string }
  | { readonly fingerprint: string; readonly expiresAt?: Date | undefined }
  | { readonly issuedBefore: Date; readonly scope?: ScwTokenScope | undefined };

/** A longer `jti` is not one that Scaleway issues, which are UUIDs. In characters. */
export const MAX_TOKEN_ID_LENGTH = 200;

/** Nobody means an earlier time: it comes of seconds that were taken for milliseconds, and would revoke nothing. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/**
 * Names a token without revealing it: its SHA-256, in hexadecimal.
 *
 * @param token the token exactly as a request carries it
 * @example
 * await revocations.revoke({ fingerprint: fingerprintOf(token) });
 */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Makes the entry for a request.
 *
 * @throws TypeError when it names nothing, names more than one thing, or is malformed; the message does not repeat it
 */
export function toRevocation(request: RevocationRequest): Revocation {
  const names = (['tokenId', 'token', 'fingerprint', 'issuedBefore'] as const).filter((name) => name in request);
  if (names.length !== 1) throw new TypeError('Name one of tokenId, token, fingerprint and issuedBefore.');

  if ('issuedBefore' in request) {
    const { issuedBefore, scope } = request;
    if (scope !== undefined && scope !== 'namespace' && scope !== 'application')
      throw new TypeError("scope must be 'namespace' or 'application'; leave it out to mean every token.");
    return { id: `before:${scope ?? 'container'}`, before: timeOf('issuedBefore', issuedBefore) };
  }
  if ('token' in request) {
    const token = readPresentedToken(request.token);
    return revocation(`sha256:${fingerprintOf(token)}`, expiryOf(token));
  }
  const until = request.expiresAt === undefined ? undefined : timeOf('expiresAt', request.expiresAt);
  if ('tokenId' in request) {
    const { tokenId } = request;
    if (typeof tokenId !== 'string' || tokenId === '' || tokenId.length > MAX_TOKEN_ID_LENGTH)
      throw new TypeError(`tokenId must be a token's jti, of 1 to ${MAX_TOKEN_ID_LENGTH} characters.`);
    return revocation(`jti:${tokenId}`, until);
  }
  if (typeof request.fingerprint !== 'string' || !/^[0-9a-f]{64}$/.test(request.fingerprint))
    throw new TypeError("fingerprint must be a token's SHA-256: 64 hexadecimal digits in lower case.");
  return revocation(`sha256:${request.fingerprint}`, until);
}

function revocation(id: string, until: number | undefined): Revocation {
  return until === undefined ? { id } : { id, until };
}

function timeOf(name: string, date: Date): number {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(time)) throw new TypeError(`${name} must be a valid Date.`);
  if (time < EARLIEST_MS)
    throw new TypeError(
      `${name} is before the year 2000. A Date counts milliseconds, exp and iat count seconds: new Date(exp * 1000).`,
    );
  return time;
}
