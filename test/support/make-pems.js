import { generateKeyPairSync } from 'node:crypto';

const publicKeyEncoding = { type: 'spki', format: 'pem' };
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' };
const pair = (type, options = {}) => generateKeyPairSync(type, { ...options, publicKeyEncoding, privateKeyEncoding });

/** Keys of other kinds and sizes than Scaleway's. Whoever runs the tests many times makes them once, as TEST_PEMS. */
export const makePems = () => ({
  rsa2048: pair('rsa', { modulusLength: 2048 }),
  rsa1024: pair('rsa', { modulusLength: 1024 }),
  rsa2040: pair('rsa', { modulusLength: 2040 }),
  exponent3: pair('rsa', { modulusLength: 2048, publicExponent: 3 }),
  rsaPss: pair('rsa-pss', { modulusLength: 2048 }),
  ec: pair('ec', { namedCurve: 'P-256' }),
  ed25519: pair('ed25519'),
});
