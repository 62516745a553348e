import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { readContainerIdentity } from '../../lib/container/container-identity.js';
import { tokenRules } from '../../lib/module/token-rules.js';
import { parseToken } from '../../lib/verification/jws.js';
import { hasValidSignature } from '../../lib/verification/signature.js';
import { present, smallEnvironment } from './verifier.js';

/*
 * Project Wycheproof's JSON Web Signatures for RSA keys of any algorithm. Their payloads are no claims, so the verifier
 * refuses every one; which of them it refuses for their payload alone, its two steps before the claims tell: the header,
 * and the signature.
 */

interface Group {
  readonly comment: string;
  readonly public: JsonWebKey & { readonly alg?: string; readonly use?: string; readonly key_ops?: readonly string[] };
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly jws: string;
    readonly result: string;
  }[];
}

const { testGroups } = JSON.parse(
  readFileSync(new URL('wycheproof/json_web_signature_test.json', import.meta.url), 'utf8'),
) as { testGroups: readonly Group[] };
const vectors = testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...group, ...test })));

/** Whether the header is accepted, and the signature with this key. A payload that is no JSON object counts as accepted. */
function isAccepted(jws: string, jwk: JsonWebKey): boolean {
  const [header, payload = '', signature] = jws.split('.');
  // The payloads are text. With an object in its place, only header and signature can be the reason.
  const read = parseToken([header, Buffer.from('{}').toString('base64url'), signature].join('.'));
  return (
    payload !== '' && typeof read !== 'string' && hasValidSignature(jws, createPublicKey({ key: jwk, format: 'jwk' }))
  );
}

describe('Wycheproof, JSON Web Signatures with RSA keys', () => {
  it('there are 318', () => expect(vectors.length).toBe(318));

  it('what has a bad signature, another algorithm, or none, is not accepted', () => {
    // A PEM does not say what its key is for, as a JWK does: these are good signatures with a key of another use.
    const forAnotherUse = (comment: string) => ['rejectWrongUse', 'rejectWrongKeyOps', 'UsingRS256'].includes(comment);
    // What has no payload is no JWT, and refused in spite of its signature.
    const expected = vectors.filter(
      ({ comment, public: { alg }, result }) => result === 'valid' && alg === 'RS256' && comment !== 'emptyPayload',
    );
    const accepted = vectors.filter(({ comment, jws, public: jwk }) => isAccepted(jws, jwk) && !forAnotherUse(comment));
    const named = (list: readonly { tcId: number; comment: string }[]) =>
      list.map(({ tcId, comment }) => ({ tcId, comment }));
    expect(named(accepted)).toEqual(named(expected));
    expect(expected.length).toBeGreaterThan(5);
  });

  it('none opens a container with that key', () => {
    const opened = vectors.filter(({ jws, public: jwk }) => {
      const SCW_PUBLIC_KEY = createPublicKey({ key: jwk, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      }) as string;
      const identity = readContainerIdentity({ ...smallEnvironment, SCW_PUBLIC_KEY });
      return new ScalewayTokenVerifier(identity, tokenRules({})).verifySync(present(jws)).accepted;
    });
    expect(opened).toEqual([]);
  });
});
