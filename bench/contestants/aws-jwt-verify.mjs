import { publicKeyOf } from '../subject/keys.mjs';
import { isOurs } from './claims.mjs';
import { synchronousGuardOf } from './nest.mjs';

export const label = 'aws-jwt-verify, own guard';

/**
 * It looks its key up by `kid`, which Scaleway's tokens do not have. A key set of one's own that ignores the token and
 * always answers with the one key feeds it all the same.
 */
async function verifier(bits) {
  const { JwtVerifier } = await import('aws-jwt-verify');
  const jwk = { ...publicKeyOf(bits).export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'namespace' };
  const jwksCache = {
    getJwks: async () => ({ keys: [jwk] }),
    getJwk: async () => jwk,
    getCachedJwk: () => jwk,
    addJwks() {},
  };
  const verify = JwtVerifier.create(
    { issuer: 'SCALEWAY', audience: 'functions', jwksUri: 'https://localhost/never-fetched' },
    { jwksCache },
  );
  return (request) => {
    const token = request.headers['x-auth-token'];
    return token !== undefined && isOurs(verify.verifySync(token));
  };
}

export const wire = async ({ bits }) => ({ guard: synchronousGuardOf(await verifier(bits)) });

export async function checker({ bits }) {
  const check = await verifier(bits);
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
