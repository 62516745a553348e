import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { publicKeyPem } from './issuer.js';

const key = createPublicKey(publicKeyPem);

// As it was made: Node 24.20 and newer cannot export a key as PKCS#1 that came as PKCS#1.
export const pkcs1 = publicKeyPem;
export const spki = key.export({ type: 'spki', format: 'pem' }) as string;

type Pair = { publicKey: string; privateKey: string };
const spkiPem = { type: 'spki', format: 'pem' } as const;
const pkcs8Pem = { type: 'pkcs8', format: 'pem' } as const;

const rsa = (modulusLength: number, publicExponent = 0x10001): Pair =>
  generateKeyPairSync('rsa', {
    modulusLength,
    publicExponent,
    publicKeyEncoding: spkiPem,
    privateKeyEncoding: pkcs8Pem,
  });

export const rsa2048 = rsa(2048);
export const rsa1024 = rsa(1024);
export const rsa2040 = rsa(2040);
export const exponent3 = rsa(2048, 3);
export const ec = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: spkiPem,
  privateKeyEncoding: pkcs8Pem,
});
export const ed25519 = generateKeyPairSync('ed25519', { publicKeyEncoding: spkiPem, privateKeyEncoding: pkcs8Pem });
export const rsaPss = generateKeyPairSync('rsa-pss', {
  modulusLength: 2048,
  publicKeyEncoding: spkiPem,
  privateKeyEncoding: pkcs8Pem,
});

/** PEM with other newlines than its own, which the last line keeps unless told otherwise. */
export const withNewlines = (pem: string, newline: string): string => pem.trimEnd().replaceAll('\n', newline);
