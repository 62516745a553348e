import { sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** The claims of a Scaleway token that are not constant. */
export interface TokenContent {
  /** UUID; equal to the token's `id` in the tokens API. */
  id: string;
  /** `''` in a container token. */
  namespaceId: string;
  /** `''` in a namespace token. */
  applicationId: string;
  issuedAt: Date;
  /** If absent, the token never expires and has no `exp`. */
  expiresAt?: Date | undefined;
}

// Asynchronous, on libuv's threads, because an RSA-4096 signature takes milliseconds.
const signAsync = promisify<string, Buffer, KeyObject, Buffer>(sign);

/** Signs a token with the same claims as Scaleway's. */
export async function signToken(content: TokenContent, privateKey: KeyObject): Promise<string> {
  const issuedAt = seconds(content.issuedAt);
  const header = { alg: 'RS256', typ: 'JWT' };
  const payload = {
    iss: 'SCALEWAY',
    aud: 'functions',
    sub: 'token',
    version: 2,
    iat: issuedAt,
    nbf: issuedAt,
    ...(content.expiresAt && { exp: seconds(content.expiresAt) }),
    jti: content.id,
    application_claim: [{ namespace_id: content.namespaceId, application_id: content.applicationId }],
  };
  const signed = `${base64url(header)}.${base64url(payload)}`;
  const signature = await signAsync('sha256', Buffer.from(signed), privateKey);
  return `${signed}.${signature.toString('base64url')}`;
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
