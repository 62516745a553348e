import { publicPemOf } from '../subject/keys.mjs';
import { isOurs } from './claims.mjs';
import { synchronousGuardOf } from './nest.mjs';

export const label = 'fast-jwt with its cache, own guard';

async function verifier(bits, cache) {
  const { createVerifier } = await import('fast-jwt');
  const verify = createVerifier({ key: publicPemOf(bits), algorithms: ['RS256'], cache });
  return (request) => {
    const token = request.headers['x-auth-token'];
    return typeof token === 'string' && isOurs(verify(token));
  };
}

/** `cache: true` is its default size, 1,000 tokens, and what its documentation recommends. */
export const wire = async ({ bits }) => ({ guard: synchronousGuardOf(await verifier(bits, true)) });

export async function checker({ bits, cached }) {
  const check = await verifier(bits, cached);
  return {
    check(request) {
      try {
        return check(request);
      } catch {
        return false;
      }
    },
  };
}
