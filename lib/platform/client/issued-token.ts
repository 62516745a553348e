import { unexpectedReply, type ApiReply } from './http-exchange.js';
import { record, text } from './json.js';

/**
 * A token as the issuing API gave it.
 *
 * @publicApi
 */
export interface ScalewayIssuedToken {
  /** The JSON Web Token, to be sent as `X-Auth-Token`. */
  readonly token: string;
  /** The namespace's public key (PEM), the container's `SCW_PUBLIC_KEY`; absent when the API sent none. */
  readonly publicKey: string | undefined;
  /** When it was issued, by the issuer's clock (the token's `iat`). */
  readonly issuedAt: Date | undefined;
  /** When it ends (the token's `exp`); absent for a token that never does. */
  readonly expiresAt: Date | undefined;
}

/** Real tokens take about 1050 characters. */
const MAX_TOKEN_CHARACTERS = 8192;

/** Reads a token out of a reply, and says what is missing without quoting any of it. */
export function readIssuedToken(reply: ApiReply): ScalewayIssuedToken {
  const { token, public_key: publicKey } = record(reply.json);
  const claims = typeof token === 'string' ? decodeClaims(token) : undefined;
  if (claims === undefined) {
    throw unexpectedReply(
      reply,
      `The reply of ${reply.host} holds no token in the form of a JSON Web Token: check that the API's URL is Scaleway's.`,
    );
  }
  return {
    token: token as string,
    publicKey: text(publicKey),
    issuedAt: instant(claims['iat']),
    expiresAt: instant(claims['exp']),
  };
}

/** Not verified: the reply came over TLS from the issuer, and nothing is decided by these claims but when to renew. */
function decodeClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  if (token.length > MAX_TOKEN_CHARACTERS) return undefined;
  // RFC 7515 section 7.1: three base64url parts.
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/u.exec(token)?.[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? record(claims) : undefined;
  } catch {
    return undefined;
  }
}

function instant(seconds: unknown): Date | undefined {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
