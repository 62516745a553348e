import { randomUUID } from 'node:crypto';
import { forgedToken, refusedTokens, tokenOfLength, validToken, validTokens } from '../../../bench/subject/tokens.mjs';

const BITS = 4096;
export const CALLERS = 1000;

const jtiOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).jti;
const caller = (token) => ({ token, jti: jtiOf(token) });

/** All tokens that the load needs, made before it begins: signing costs as much as the requests. */
export async function makeMaterial(onProgress) {
  const callers = [];
  while (callers.length < CALLERS) {
    callers.push(...(await validTokens(BITS, 100)).map(caller));
    onProgress(callers.length);
  }
  const { garbage, HS256: hmac, expired, 'alg none': none } = refusedTokens(BITS);
  const elsewhere = (namespace_id, application_id) =>
    validToken(BITS, { application_claim: [{ namespace_id, application_id }] });
  const material = {
    callers,
    garbage,
    hmac,
    expired,
    none,
    oversized: tokenOfLength(BITS, 9000),
    // Signed with a key of another size, too: none of Scaleway's own, but a real signature.
    foreign: validToken(2048),
    otherNamespace: elsewhere(randomUUID(), ''),
    otherApplication: elsewhere('', randomUUID()),
    forged: () => forgedToken(BITS),
  };
  return {
    /** Some tokens end while they are in use, all over the phase. */
    forPhase: async (seconds) => {
      const now = Date.now();
      const ends = Array.from({ length: 20 }, (_, i) => now / 1000 + ((i + 1) * seconds) / 20);
      const tokens = await Promise.all(ends.map(async (exp) => (await validTokens(BITS, 1, { exp }))[0]));
      return { ...material, expiring: tokens.map((token, i) => ({ ...caller(token), until: ends[i] * 1000 })) };
    },
  };
}
