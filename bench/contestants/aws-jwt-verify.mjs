import { publicKeyOf } from '../../scripts/tooling/keys.mjs';
import { isOurs } from './claims.mjs';
import { refusing, synchronousGuardOf, tokenOf } from './guards.mjs';

export const label = 'aws-jwt-verify, own guard';

/**
 * It looks its key up by `kid`, which Scaleway's tokens do not have. A key set of one's own that ignores the token and
 * always answers with the one key feeds it all the same.
 *
 * @param {number} bits
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
  /** @param {import('./index.mjs').MeasuredRequest} request */
  return (request) => {
    const token = tokenOf(request);
    return token !== undefined && isOurs(verify.verifySync(token));
  };
}

/** @param {{ bits: number }} options */
export const wire = async ({ bits }) => ({ guard: synchronousGuardOf(await verifier(bits)) });

/** @param {{ bits: number }} options */
export const checker = async ({ bits }) => refusing(await verifier(bits));
