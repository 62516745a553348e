import { createPublicKey } from 'node:crypto';
import { publicKeyPem } from './issuer.js';

interface Pair {
  readonly publicKey: string;
  readonly privateKey: string;
}

type Pems = Record<'rsa2048' | 'rsa1024' | 'rsa2040' | 'exponent3' | 'rsaPss' | 'ec' | 'ed25519', Pair>;

const key = createPublicKey(publicKeyPem);

// As it was made: Node 24.20 and newer cannot export a key as PKCS#1 that came as PKCS#1.
export const pkcs1 = publicKeyPem;
export const spki = key.export({ type: 'spki', format: 'pem' }) as string;

// Made by make-keys.js.
export const { rsa2048, rsa1024, rsa2040, exponent3, rsaPss, ec, ed25519 } = JSON.parse(
  process.env['TEST_PEMS']!,
) as Pems;

/** PEM with other newlines than its own, which the last line keeps unless told otherwise. */
export const withNewlines = (pem: string, newline: string): string => pem.trimEnd().replaceAll('\n', newline);
