import assert from 'node:assert/strict';
import { createPublicKey, KeyObject } from 'node:crypto';

/** The reader of SCW_PUBLIC_KEY: it never throws, never repeats its input, and what it takes is one fit RSA public key. */
export const files = ['container/public-key'];

export const words = [
  '-----BEGIN ',
  '-----END ',
  '-----',
  'RSA PUBLIC KEY',
  'PUBLIC KEY',
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'CERTIFICATE',
  'EC PARAMETERS',
  '\n',
  '\r\n',
  '\\n',
  '\\r\\n',
  '\\\\n',
  ' ',
  '\t',
  '"',
  "'",
  '`',
  '=',
  '==',
  'MIIB',
  'AQAB',
  'Proc-Type: 4,ENCRYPTED',
  '\u0000',
  '\u00ff',
  '\u00a0',
];

/**
 * @param {typeof import('../../../lib/container/public-key.js')} reader
 * @returns {(input: Buffer) => string}
 */
export function prepare({ readPublicKey }) {
  return (input) => {
    const text = input.toString('latin1');
    const read = readPublicKey(text);
    if (typeof read === 'string') {
      // Sixteen characters in a row that are no sentence of ours would be a piece of the key.
      for (const run of text.match(/[A-Za-z0-9+/]{16,}/g) ?? []) assert(!read.includes(run), 'repeats its input');
      return read.replace(/\d+/g, 'N');
    }
    assert(read instanceof KeyObject);
    assert.equal(read.type, 'public');
    assert.equal(read.asymmetricKeyType, 'rsa');
    const { modulusLength = 0, publicExponent = 0n } = read.asymmetricKeyDetails ?? {};
    assert(modulusLength >= 2048 && publicExponent >= 3n && publicExponent % 2n === 1n, 'an unfit key');
    assert(!/-----BEGIN [A-Z0-9 ]*(PRIVATE KEY|CERTIFICATE)/.test(text), 'took something that is no public key');
    assert.equal(text.split('-----BEGIN ').length, 2, 'took one of several blocks');
    const again = readPublicKey(String(read.export({ type: 'spki', format: 'pem' })));
    assert(again instanceof KeyObject && again.equals(read), 'is not what it says');
    // Whatever newlines it came with: the base64 alone must say the same key to OpenSSL.
    const base64 = (/-----([^-]*)-----END/.exec(text)?.[1] ?? '').replace(/\\+[rn]|\s/g, '');
    const type = text.includes('BEGIN RSA PUBLIC KEY') ? 'pkcs1' : 'spki';
    assert(createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type }).equals(read), 'another key');
    return `a key of ${Math.floor(modulusLength / 1024)} kilobits`;
  };
}

/**
 * Half of the time it changes the DER inside of the base64, so that OpenSSL gets to see it.
 *
 * @type {import('../worker.mjs').Target['mutate']}
 */
export const mutate = (input, change, random) => {
  const text = input.toString('latin1');
  const body = /-----BEGIN [^-]*-----([^-]*)-----END/.exec(text)?.[1];
  if (body === undefined || random.below(2) === 0) return change(input);
  const der = change(Buffer.from(body, 'base64'));
  return Buffer.from(
    text.replace(body, () => `\n${der.toString('base64')}\n`),
    'latin1',
  );
};
