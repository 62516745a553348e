import { unexpectedReply, type ApiReply } from './http-exchange.js';
import { record, text } from './json.js';

/**
 * A token from the issuing API.
 *
 * @publicApi
 */
export interface ScalewayIssuedToken {
  /** The JSON Web Token; send it in `X-Auth-Token`. */
  readonly token: string;
  /** The namespace's public key (PEM), which is the container's `SCW_PUBLIC_KEY`; absent if the API sent none. */
  readonly publicKey: string | undefined;
  /** When the token was issued, by the issuer's clock (`iat`). */
  readonly issuedAt: Date | undefined;
  /** When the token expires (`exp`); absent if it never does. */
  readonly expiresAt: Date | undefined;
}

/** Real tokens take about 1050 characters. */
const MAX_TOKEN_CHARACTERS = 8192;

/** Reads the token from a reply. Errors do not quote the reply. */
export function readIssuedToken(reply: ApiReply): ScalewayIssuedToken {
  const { token, public_key: publicKey } = record(reply.json);
  const claims = typeof token === 'string' ? decodeClaims(token) : undefined;
  if (claims === undefined) {
    throw unexpectedReply(
      reply,
      `The reply of ${reply.host} does not contain a JSON Web Token: check that the API's URL is Scaleway's.`,
    );
  }
  return {
    token: token as string,
    publicKey: text(publicKey),
    issuedAt: instant(claims['iat']),
    expiresAt: instant(claims['exp']),
  };
}

/** Not verified: the reply came from the issuer over TLS, and the claims only decide when to renew. */
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
