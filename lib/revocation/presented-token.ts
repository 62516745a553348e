/** Three parts of base64url; the signature cannot be empty. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Reads a token as people paste it: with the scheme `Bearer`, in quotes, with blanks around it or line breaks inside. The
 * fingerprint of anything but the bare token would match no request.
 *
 * @throws TypeError when it is not a JSON Web Token; the message does not repeat it
 */
export function readPresentedToken(pasted: unknown): string {
  if (typeof pasted !== 'string') throw notAToken();
  const token = pasted
    .replace(/^[\s"'`]*(?:[\w-]+:)?[\s"'`]*(?:bearer\s)?/i, '')
    // No character of base64url is a blank or a quote, and terminals break long lines.
    .replace(/[\s"'`]+/g, '');
  if (!COMPACT_JWS.test(token)) throw notAToken();
  const [header, payload] = token.split('.').map(parsePart);
  if (header === undefined || payload === undefined || !token.split('.').every(isCanonical)) throw notAToken();
  return token;
}

/** `exp` in milliseconds since 1970; undefined when the token never ends. It is not verified: a forged token's entry matches nothing. */
export function expiryOf(token: string): number | undefined {
  const exp = parsePart(token.split('.')[1]!)?.['exp'];
  return typeof exp === 'number' && Number.isFinite(exp * 1000) ? exp * 1000 : undefined;
}

function parsePart(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A part written in another way than the signer's belongs to no token that a request could carry. */
function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

function notAToken(): TypeError {
  return new TypeError('token must be a JSON Web Token.');
}
