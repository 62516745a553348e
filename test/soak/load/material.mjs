import { randomUUID } from 'node:crypto';
import {
  forgedToken,
  refusedTokens,
  tokenOfLength,
  validToken,
  validTokens,
} from '../../../scripts/tooling/tokens.mjs';

const BITS = 4096;
export const CALLERS = 1000;

/**
 * @param {string} token
 * @returns {string}
 */
const jtiOf = (token) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti;
/** @param {string} token */
const caller = (token) => ({ token, jti: jtiOf(token) });

/**
 * @typedef {Awaited<ReturnType<typeof makeMaterial>>} MaterialMaker
 * @typedef {Awaited<ReturnType<MaterialMaker['forPhase']>>} Material
 * @typedef {Material & { port: number, ending: boolean }} Phase one life of a server: what is sent to it, where it is, and whether it was told to end
 * @typedef {ReturnType<typeof caller>} Caller
 */

/**
 * All tokens that the load needs, made before it begins: signing costs as much as the requests.
 *
 * @param {(made: number) => void} onProgress
 */
export async function makeMaterial(onProgress) {
  /** @type {Caller[]} */
  const callers = [];
  while (callers.length < CALLERS) {
    callers.push(...(await validTokens(BITS, 100)).map(caller));
    onProgress(callers.length);
  }
  const { garbage, HS256: hmac, expired, 'alg none': none } = refusedTokens(BITS);
  /**
   * @param {string} namespace_id
   * @param {string} application_id
   */
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
    /**
     * Some tokens end while they are in use, all over the phase.
     *
     * @param {number} seconds
     */
    forPhase: async (seconds) => {
      const now = Date.now();
      const ends = Array.from({ length: 20 }, (_, i) => now / 1000 + ((i + 1) * seconds) / 20);
      const expiring = ends.map(async (exp) => {
        const [token = ''] = await validTokens(BITS, 1, { exp });
        return { ...caller(token), until: exp * 1000 };
      });
      return { ...material, expiring: await Promise.all(expiring) };
    },
  };
}
