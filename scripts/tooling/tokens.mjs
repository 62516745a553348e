import { createHmac, randomFillSync, randomUUID, sign } from 'node:crypto';
import { privateKeyOf, publicPemOf, theContainer } from './keys.mjs';

/** @typedef {import('node:crypto').KeyObject} KeyObject */
/** @typedef {Record<string, unknown>} Claims */

/** @param {unknown} value */
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

const HEADER = encode({ alg: 'RS256', typ: 'JWT' });

/**
 * The claims of a Scaleway namespace token, in its order; valid for a day.
 *
 * @param {Claims} [changes]
 */
const claims = (changes) => ({
  application_claim: [{ namespace_id: theContainer().namespaceId, application_id: '' }],
  aud: 'functions',
  exp: now() + 86_400,
  iat: now(),
  iss: 'SCALEWAY',
  jti: randomUUID(),
  nbf: now(),
  sub: 'token',
  version: 2,
  ...changes,
});

/**
 * A token that is signed with any key.
 *
 * @param {KeyObject} key
 * @param {Claims} [changes]
 */
export function tokenSignedWith(key, changes) {
  const input = `${HEADER}.${encode(claims(changes))}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

/**
 * A genuine token; about 1,050 characters with RSA-4096.
 *
 * @param {number} bits
 * @param {Claims} [changes]
 */
export const validToken = (bits, changes) => tokenSignedWith(privateKeyOf(bits), changes);

/**
 * Many genuine tokens, signed on the threads of the pool: a signature takes milliseconds.
 *
 * @param {number} bits
 * @param {number} count
 * @param {Claims} [changes]
 * @returns {Promise<string[]>}
 */
export async function validTokens(bits, count, changes) {
  const key = privateKeyOf(bits);
  /** @returns {Promise<string>} */
  const one = () =>
    new Promise((resolve, reject) => {
      const input = `${HEADER}.${encode(claims(changes))}`;
      sign('sha256', Buffer.from(input), key, (error, signature) =>
        error ? reject(error) : resolve(`${input}.${signature.toString('base64url')}`),
      );
    });
  /** @type {string[]} */
  const tokens = [];
  // In batches, so that 100,000 keys and buffers are not alive at once.
  while (tokens.length < count) {
    const batch = Array.from({ length: Math.min(256, count - tokens.length) }, one);
    tokens.push(...(await Promise.all(batch)));
  }
  return tokens;
}

/** @type {ReturnType<typeof claims> | undefined} */
let forgedClaims;

/**
 * A token that only the check of its signature can tell from a genuine one, and that no other equals. Its signature is a
 * number below the modulus: a larger one is refused before any arithmetic and would cost next to nothing.
 *
 * @param {number} bits
 */
export function forgedToken(bits) {
  forgedClaims ??= claims();
  forgedClaims.jti = randomUUID();
  const signature = randomFillSync(Buffer.allocUnsafe(bits / 8));
  signature.writeUInt8(signature.readUInt8() & 0x7f);
  return `${HEADER}.${encode(forgedClaims)}.${signature.toString('base64url')}`;
}

/**
 * Tokens that are refused for what can be read in them, by kind.
 *
 * @param {number} bits
 */
export const refusedTokens = (bits) => ({
  garbage: randomFillSync(Buffer.alloc(bits / 8 + 256)).toString('base64url'),
  'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims())}.`,
  HS256: hmacToken(bits),
  expired: validToken(bits, { exp: now() - 60, iat: now() - 3600, nbf: now() - 3600 }),
  "another container's": validToken(bits, { application_claim: [{ namespace_id: '', application_id: randomUUID() }] }),
});

/**
 * The classic confusion: a token signed with the public key as an HMAC secret.
 *
 * @param {number} bits
 */
function hmacToken(bits) {
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims())}`;
  return `${input}.${createHmac('sha256', publicPemOf(bits)).update(input).digest('base64url')}`;
}

/**
 * A genuine token that is about so many characters long.
 *
 * @param {number} bits
 * @param {number} length
 */
export function tokenOfLength(bits, length) {
  const missing = length - validToken(bits, { note: '' }).length;
  return validToken(bits, { note: 'x'.repeat(Math.max(0, Math.floor((missing * 3) / 4))) });
}
