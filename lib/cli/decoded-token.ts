import { isObject, type JwtPayload } from '../verification/jws.js';

/** The readable parts of a token. They are not verified, and the token may be invalid. */
export interface DecodedToken {
  readonly header?: JwtPayload;
  readonly payload?: JwtPayload;
  /** One line for each of `exp`, `nbf` and `iat`. */
  readonly times?: readonly string[];
}

/** Real tokens have three levels. Printing takes a level of the stack for each, and with indentation quadratic space. */
const MAX_DEPTH = 20;

/** Reads as much of a token as possible. Unreadable and deeply nested parts are left out, and not quoted. */
export function decodeToken(token: string, now = Date.now()): DecodedToken {
  const [header, payload] = token.split('.', 3).map(decodePart);
  const times =
    payload === undefined ? [] : ['iat', 'nbf', 'exp'].flatMap((name) => timeLine(name, payload[name], now));
  return {
    ...(header === undefined ? {} : { header }),
    ...(payload === undefined ? {} : { payload }),
    ...(times.length === 0 ? {} : { times }),
  };
}

function decodePart(part: string): JwtPayload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) && !isDeeperThan(MAX_DEPTH, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Without recursion. */
function isDeeperThan(depth: number, value: unknown): boolean {
  let level = [value];
  for (let left = depth; left > 0 && level.length > 0; left--) level = level.flatMap(valuesIn);
  return level.length > 0;
}

function valuesIn(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function timeLine(name: string, seconds: unknown, now: number): string[] {
  if (typeof seconds !== 'number') return [];
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return [];
  const distance = Math.round((date.getTime() - now) / 1000);
  const relative = distance < 0 ? `${-distance} seconds ago` : distance === 0 ? 'now' : `in ${distance} seconds`;
  return [`${name} ${date.toISOString()} (${relative})`];
}
