import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const make = promisify(generateKeyPair);
/** @type {{ publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }} */
const pem = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
};

/** Keys of other kinds and sizes than Scaleway's. */
export async function makePems() {
  const [rsa2048, rsa1024, rsa2040, exponent3, rsaPss, ec, ed25519] = await Promise.all([
    make('rsa', { modulusLength: 2048, ...pem }),
    make('rsa', { modulusLength: 1024, ...pem }),
    make('rsa', { modulusLength: 2040, ...pem }),
    make('rsa', { modulusLength: 2048, publicExponent: 3, ...pem }),
    make('rsa-pss', { modulusLength: 2048, ...pem }),
    make('ec', { namedCurve: 'P-256', ...pem }),
    make('ed25519', pem),
  ]);
  return { rsa2048, rsa1024, rsa2040, exponent3, rsaPss, ec, ed25519 };
}
