import { isUtf8 } from 'node:buffer';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** The claims of a token, as its JSON has them. Nothing about their types is known until it is checked. */
export type JwtPayload = { readonly [claim: string]: unknown };

/** The one algorithm that Scaleway signs with (RFC 7518 section 3.3). */
export const ALGORITHM = 'RS256';

/** Header members that change how a token is to be read (RFC 7515 section 4.1.11, 7516, 7797), or that say it is no plain JWT. */
const UNSUPPORTED_MEMBERS = ['crit', 'b64', 'zip', 'cty'] as const;

/**
 * Parses a compact JWS (RFC 7515 section 7.1) whose payload is a JWT claims set, and rejects whatever a Scaleway token does
 * not need. Trust nothing that it returns before the signature is verified.
 *
 * `kid`, `jwk`, `jku`, `x5u` and `x5c` are neither read nor fetched: the key comes from the environment alone.
 */
export function parseToken(token: string): JwtPayload | ScwRefusalReason {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  // Without a dot both are -1, with one dot the second is. A third dot is no character of base64url.
  if (payloadEnd === -1) return 'malformed';

  const header = token.slice(0, headerEnd);
  const problem = header === USUAL_HEADER ? undefined : checkHeader(header);
  if (problem !== undefined) return problem;
  if (!isBase64url(token.slice(payloadEnd + 1))) return 'malformed';
  return parseObject(token.slice(headerEnd + 1, payloadEnd)) ?? 'malformed';
}

/** What every Scaleway token begins with, so it is not parsed again for each. */
const USUAL_HEADER = Buffer.from('{"alg":"RS256","typ":"JWT"}').toString('base64url');

function checkHeader(header: string): ScwRefusalReason | undefined {
  const members = parseObject(header);
  if (members === undefined) return 'malformed';
  if (members['alg'] !== ALGORITHM) return 'unsupported_algorithm';
  if (UNSUPPORTED_MEMBERS.some((name) => Object.hasOwn(members, name))) return 'unsupported_header';
  // RFC 7519 section 5.1 recommends JWT; RFC 8725 section 3.11: other types are other kinds of tokens.
  const { typ } = members;
  if (typ !== undefined && !(typeof typ === 'string' && /^jwt$/i.test(typ))) return 'unsupported_header';
  return undefined;
}

/**
 * Whether a part is base64url, and the only way to write its bytes: no other characters, a length that exists, and no
 * stray bits in the last character. Otherwise one token could be written in several ways, and be taken for several.
 */
function isBase64url(part: string): boolean {
  const rest = part.length % 4;
  if (rest === 1 || !/^[\w-]+$/.test(part)) return false;
  const last = part[part.length - 1] as string;
  return rest === 0 || (rest === 2 ? 'AQgw' : 'AEIMQUYcgkosw048').includes(last);
}

/** The JSON object in a part; undefined when there is none. */
function parseObject(part: string): JwtPayload | undefined {
  if (!isBase64url(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  return isObject(value) ? value : undefined;
}

/** Whether a JSON value is an object, and neither an array nor null. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
