import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { makePems } from './make-pems.js';

/**
 * The keys of a run, made once and handed to the test files through the environment. RSA-2048, since signing is much of
 * what the tests do and nothing here depends on the size; Scaleway's keys have 4096 bits, with which `npm run
 * test:security` runs every kind of check.
 */
export default async function makeKeys() {
  // Whoever runs jest many times makes them once.
  process.env.TEST_KEY_PAIRS ??= JSON.stringify(await Promise.all([makePair(), makePair()]));
  process.env.TEST_PEMS ??= JSON.stringify(await makePems());
}

const makePair = () =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: Number(process.env.TEST_KEY_BITS ?? 2048),
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
