import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateEncrypt,
  sign,
  type SignKeyObjectInput,
} from 'node:crypto';
import { foreignPublicKeyPem, jws, ownKey, publicKeyPem, scalewayClaims, scalewayHeader } from '../support/issuer.js';

export const ownPublicKey = createPublicKey(publicKeyPem);
export const attackerPublicKey = createPublicKey(foreignPublicKeyPem);
export const [p256, p384, p521, secp256k1] = ['P-256', 'P-384', 'P-521', 'secp256k1'].map(
  (namedCurve) => generateKeyPairSync('ec', { namedCurve }).privateKey,
) as [KeyObject, KeyObject, KeyObject, KeyObject];
export const ed25519 = generateKeyPairSync('ed25519').privateKey;

export const hmac = (hash: string, secret: string | Buffer) => (input: Buffer) =>
  createHmac(hash, secret).update(input).digest();
export const signWith = (hash: string | null, key: KeyObject | SignKeyObjectInput) => (input: Buffer) =>
  sign(hash, input, key as KeyObject);
export const pss = (key: KeyObject, saltLength: number): SignKeyObjectInput => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength,
});

/** The public key, which is no secret, as a verifier might take it for one: in every spelling that was ever tried. */
export const publicKeySpellings: readonly (string | Buffer)[] = (() => {
  const pkcs1 = publicKeyPem;
  const spki = ownPublicKey.export({ type: 'spki', format: 'pem' }) as string;
  const jwk = ownPublicKey.export({ format: 'jwk' });
  const ders = [pkcs1, spki].map((pem) => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'));
  const pems = [pkcs1, spki].flatMap((pem) => [
    pem,
    pem.trim(),
    `${pem}\n`,
    ` ${pem}`,
    `\n${pem}`,
    `# key\n${pem}`,
    pem.trim().replaceAll('\n', ' '),
    pem.trim().replaceAll('\n', ''),
    pem.replaceAll('\n', '\\n'),
    pem.replaceAll('\n', '\r\n'),
    `"${pem.trim()}"`,
    pem.replace(/-----[^-]+-----/g, '').trim(),
  ]);
  return [
    ...pems,
    ...ders,
    ...ders.map((der) => der.toString('base64')),
    ...ders.map((der) => der.toString('hex')),
    JSON.stringify(jwk),
    JSON.stringify({ keys: [jwk] }),
    JSON.stringify({ kty: jwk.kty, n: jwk.n, e: jwk.e }),
    jwk.n!,
    Buffer.from(jwk.n!, 'base64url'),
  ];
})();

export const parts = (token: string) => token.split('.') as [header: string, payload: string, signature: string];

/** A token with one of its parts changed, which were signed before. */
export function withPart(token: string, at: 0 | 1 | 2, change: (part: string) => string): string {
  return parts(token)
    .map((part, i) => (i === at ? change(part) : part))
    .join('.');
}

/** A genuine token whose payload is written by hand: `JSON.stringify` writes neither a member twice nor 1e400. */
export function written(claims: Record<string, unknown>, json: string, first = false): string {
  const text = JSON.stringify(scalewayClaims(claims));
  return jws(scalewayHeader, first ? `{${json},${text.slice(1)}` : `${text.slice(0, -1)},${json}}`);
}

/** The block that a signature holds, made with the right key: what a lax reader of its padding would accept. */
export function signedBlock(block: Buffer, padding: number = constants.RSA_NO_PADDING): Buffer {
  return privateEncrypt({ key: ownKey, padding }, block);
}

/** A request as it goes over the wire. */
export function wire(lines: readonly string[], start = 'GET /guarded HTTP/1.1', body = ''): { raw: string } {
  return { raw: [start, 'Host: localhost', 'Connection: close', ...lines].join('\r\n') + `\r\n\r\n${body}` };
}
