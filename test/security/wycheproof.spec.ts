import { readFileSync } from 'node:fs';
import { KeyObject } from 'node:crypto';
import { readPublicKey } from '../../lib/container/public-key.js';
import { verifyRs256 } from '../../lib/verification/signature.js';

/*
 * Project Wycheproof's vectors for RSASSA-PKCS1-v1_5 with SHA-256, which is RS256. Their messages are no JSON Web Tokens, so
 * they cannot go through the verifier as a whole. They go through its two ends: the key through our reader, and message and
 * signature through the function in which every verification ends.
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
      const signed = { input: Buffer.from(msg, 'hex'), signature: Buffer.from(sig, 'hex') };
      return verifyRs256(signed, key) !== (result === 'valid');
    });
    expect(wrong.map(({ tcId, comment, flags, result }) => ({ tcId, comment, flags, result }))).toEqual([]);
  });
});
