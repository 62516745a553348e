import { publicPemOf } from '../../scripts/tooling/keys.mjs';
import { isOurs } from './claims.mjs';
import { refusing, synchronousGuardOf, tokenOf } from './guards.mjs';

export const label = 'fast-jwt with its cache, own guard';

/**
 * @param {number} bits
 * @param {boolean} cache
 */
async function verifier(bits, cache) {
  const { createVerifier } = await import('fast-jwt');
  const verify = createVerifier({ key: publicPemOf(bits), algorithms: ['RS256'], cache });
  /** @param {import('./index.mjs').MeasuredRequest} request */
  return (request) => {
    const token = tokenOf(request);
    return typeof token === 'string' && isOurs(verify(token));
  };
}

/**
 * `cache: true` is its default size, 1,000 tokens, and what its documentation recommends.
 *
 * @param {{ bits: number }} options
 */
export const wire = async ({ bits }) => ({ guard: synchronousGuardOf(await verifier(bits, true)) });

/** @param {{ bits: number, cached: boolean }} options */
export const checker = async ({ bits, cached }) => refusing(await verifier(bits, cached));
