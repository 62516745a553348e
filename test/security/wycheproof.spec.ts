import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { KeyObject } from 'node:crypto';
import { readPublicKey } from '../../lib/container/public-key.js';

/*
 * Project Wycheproof's vectors for RSASSA-PKCS1-v1_5 with SHA-256, which is RS256. Their messages are no JSON Web Tokens, so
 * they cannot go through the strategy as a whole. They go through its two ends: the key through our reader, and message and
 * signature through the function in which the strategy's verification ends, by way of passport-jwt, jsonwebtoken and jws.
 */

interface Vectors {
  readonly algorithm: string;
  readonly testGroups: readonly {
    readonly keySize: number;
    readonly sha: string;
    readonly publicKeyPem: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly flags: readonly string[];
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'acceptable' | 'invalid';
    }[];
  }[];
}

type Verify = (message: Buffer, signature: string, key: KeyObject) => boolean;

/** The very copy that jsonwebtoken uses. */
const requireAs = (...through: string[]) =>
  through.reduce((from, name) => createRequire(from.resolve(name)), createRequire(import.meta.url));
const jwa = requireAs('passport-jwt', 'jsonwebtoken', 'jws')('jwa') as (algorithm: string) => { verify: Verify };
const { verify } = jwa('RS256');

const read = (bits: number) =>
  JSON.parse(
    readFileSync(new URL(`wycheproof/rsa_signature_${bits}_sha256_test.json`, import.meta.url), 'utf8'),
  ) as Vectors;

describe.each([
  [2048, 259],
  [3072, 259],
  [4096, 258],
])('Wycheproof, RSA-%i, SHA-256', (bits, count) => {
  const { algorithm, testGroups } = read(bits);
  const tests = testGroups.flatMap(({ publicKeyPem, tests: group }) =>
    group.map((test) => ({ publicKeyPem, ...test })),
  );

  it(`has ${count} vectors of our algorithm`, () => {
    expect(algorithm).toBe('RSASSA-PKCS1-v1_5');
    expect(testGroups.every(({ keySize, sha }) => keySize === bits && sha === 'SHA-256')).toBe(true);
    expect(tests).toHaveLength(count);
  });

  it('accepts all that are valid, and nothing else: those that are merely "acceptable" are refused too', () => {
    const wrong = tests.filter(({ publicKeyPem, msg, sig, result }) => {
      const key = readPublicKey(publicKeyPem);
      if (!(key instanceof KeyObject)) return true;
      const signature = Buffer.from(sig, 'hex').toString('base64url');
      return verify(Buffer.from(msg, 'hex'), signature, key) !== (result === 'valid');
    });
    expect(wrong.map(({ tcId, comment, flags, result }) => ({ tcId, comment, flags, result }))).toEqual([]);
  });
});
