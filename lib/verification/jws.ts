import { isUtf8 } from 'node:buffer';
import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** The claims of a token, as in its JSON. Their types are unknown until they are checked. */
export type JwtPayload = { readonly [claim: string]: unknown };

/** An own property of the object. Inherited ones may come from an attack on `Object.prototype` through another library. */
export function claimOf(object: { readonly [name: string]: unknown }, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The only algorithm that Scaleway uses (RFC 7518 section 3.3). */
export const ALGORITHM = 'RS256';

/** Header members that change how a token is read (RFC 7515 section 4.1.11, 7516, 7797), or mean that it is not a plain JWT. */
const UNSUPPORTED_MEMBERS = ['crit', 'b64', 'zip', 'cty'] as const;

/**
 * Parses a compact JWS (RFC 7515 section 7.1) whose payload is a JWT claims set, and rejects everything that a Scaleway token
 * does not need. Do not trust the result before the signature is verified.
 *
 * `kid`, `jwk`, `jku`, `x5u` and `x5c` are not read or fetched: the key comes only from the environment.
 */
export function parseToken(token: string): JwtPayload | ScwRefusalReason {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.indexOf('.', headerEnd + 1);
  // With fewer than two dots payloadEnd is -1. A third dot is not a base64url character.
  if (payloadEnd === -1) return 'malformed';

  const header = token.slice(0, headerEnd);
  const problem = header === USUAL_HEADER ? undefined : checkHeader(header);
  if (problem !== undefined) return problem;
  if (!isBase64url(token.slice(payloadEnd + 1))) return 'malformed';
  return parseObject(token.slice(headerEnd + 1, payloadEnd)) ?? 'malformed';
}

/** The header of all recorded Scaleway tokens; it need not be parsed. */
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
 * Whether a part is canonical base64url: no other characters, a valid length, and no stray bits in the last character.
 * Otherwise one token could be written in several ways and count as several tokens.
 */
function isBase64url(part: string): boolean {
  const rest = part.length % 4;
  if (rest === 1 || !/^[\w-]+$/.test(part)) return false;
  const last = part[part.length - 1] as string;
  return rest === 0 || (rest === 2 ? 'AQgw' : 'AEIMQUYcgkosw048').includes(last);
}

/** The JSON object in a part; undefined if there is none. */
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

/** Whether a JSON value is an object, not an array or null. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
