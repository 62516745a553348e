import { publicKeyOf } from '../subject/keys.mjs';
import { isOurs } from './claims.mjs';
import { guardOf } from './nest.mjs';

export const label = 'jose, own guard';

async function verifier(bits) {
  const { importSPKI, jwtVerify } = await import('jose');
  const key = await importSPKI(publicKeyOf(bits).export({ type: 'spki', format: 'pem' }), 'RS256');
  return async (request) => {
    const token = request.headers['x-auth-token'];
    if (token === undefined) return false;
    const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'] });
    return isOurs(payload);
  };
}

export const wire = async ({ bits }) => ({ guard: guardOf(await verifier(bits)) });

export async function checker({ bits }) {
  const check = await verifier(bits);
  return {
    awaited: true,
    async check(request) {
      try {
        return await check(request);
      } catch {
        return false;
      }
    },
  };
}
