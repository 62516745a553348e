import { publicKeyOf } from '../../scripts/tooling/keys.mjs';
import { isOurs } from './claims.mjs';
import { guardOf, tokenOf } from './guards.mjs';

export const label = 'jose, own guard';

/** @param {number} bits */
async function verifier(bits) {
  const { importSPKI, jwtVerify } = await import('jose');
  const key = await importSPKI(publicKeyOf(bits).export({ type: 'spki', format: 'pem' }), 'RS256');
  /** @param {import('./index.mjs').MeasuredRequest} request */
  return async (request) => {
    const token = tokenOf(request);
    if (token === undefined) return false;
    const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'] });
    return isOurs(payload);
  };
}

/** @param {{ bits: number }} options */
export const wire = async ({ bits }) => ({ guard: guardOf(await verifier(bits)) });

/**
 * @param {{ bits: number }} options
 * @returns {Promise<import('./index.mjs').Checker>}
 */
export async function checker({ bits }) {
  const check = await verifier(bits);
  return {
    awaited: true,
    check: async (request) => {
      try {
        return await check(request);
      } catch {
        return false;
      }
    },
  };
}
