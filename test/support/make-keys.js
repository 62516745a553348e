import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

// RSA-4096, as Scaleway's: slow to make, so once a run. Test files get them through the environment.
export default async function makeKeys() {
  // Whoever runs jest many times makes them once.
  if (process.env.TEST_KEY_PAIRS) return;
  const make = () =>
    promisify(generateKeyPair)('rsa', {
      modulusLength: 4096,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
  process.env.TEST_KEY_PAIRS = JSON.stringify(await Promise.all([make(), make()]));
}
