import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

const publicKeyEncoding = { type: 'spki', format: 'pem' };
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' };
const KINDS = {
  rsa2048: ['rsa', { modulusLength: 2048 }],
  rsa1024: ['rsa', { modulusLength: 1024 }],
  rsa2040: ['rsa', { modulusLength: 2040 }],
  exponent3: ['rsa', { modulusLength: 2048, publicExponent: 3 }],
  rsaPss: ['rsa-pss', { modulusLength: 2048 }],
  ec: ['ec', { namedCurve: 'P-256' }],
  ed25519: ['ed25519', {}],
};

/** Keys of other kinds and sizes than Scaleway's. */
export async function makePems() {
  const make = promisify(generateKeyPair);
  const pairs = Object.entries(KINDS).map(async ([name, [type, options]]) => [
    name,
    await make(type, { ...options, publicKeyEncoding, privateKeyEncoding }),
  ]);
  return Object.fromEntries(await Promise.all(pairs));
}
