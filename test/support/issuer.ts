import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';

interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

const [ownPair, foreignPair] = JSON.parse(process.env['TEST_KEY_PAIRS']!) as [KeyPair, KeyPair];

/** The key of this container's namespace, and that of another one. */
export const ownKey = createPrivateKey(ownPair.privateKey);
export const foreignKey = createPrivateKey(foreignPair.privateKey);
/** The length of a signature. */
export const signatureBytes = ownKey.asymmetricKeyDetails!.modulusLength! / 8;
export const publicKeyPem = ownPair.publicKey;
export const foreignPublicKeyPem = foreignPair.publicKey;

export const namespaceId = randomUUID();
export const applicationId = randomUUID();

export const environment = {
  SCW_PUBLIC: 'false',
  SCW_PUBLIC_KEY: publicKeyPem,
  SCW_NAMESPACE_ID: namespaceId,
  SCW_APPLICATION_ID: applicationId,
};

export const now = (): number => Math.floor(Date.now() / 1000);

type Claims = Record<string, unknown>;

export const scalewayHeader = { alg: 'RS256', typ: 'JWT' };

/** The claims that Scaleway's tokens have, for this container's namespace unless told otherwise. A claim set to undefined is left out. */
export function scalewayClaims(claims: Claims = {}): Claims {
  return {
    application_claim: [{ namespace_id: namespaceId, application_id: '' }],
    aud: 'functions',
    exp: now() + 3600,
    iat: now(),
    iss: 'SCALEWAY',
    jti: randomUUID(),
    nbf: now(),
    sub: 'token',
    version: 2,
    ...claims,
  };
}

export const forApplication = (application_id: string): Claims => ({
  application_claim: [{ namespace_id: '', application_id }],
});
export const forNamespace = (namespace_id: string): Claims => ({
  application_claim: [{ namespace_id, application_id: '' }],
});

export function base64url(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** A compact JWS with any header and payload (objects, or text as it is), with a real signature. */
export function jws(header: unknown, payload: unknown, key: KeyObject = ownKey): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

export const token = (claims: Claims = {}, key: KeyObject = ownKey): string =>
  jws(scalewayHeader, scalewayClaims(claims), key);

/** A compact JWS whose signature is whatever `seal` makes of the signing input: for algorithms that are not RS256. */
export function sealed(header: unknown, payload: unknown, seal: (input: Buffer) => Buffer): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${seal(Buffer.from(input)).toString('base64url')}`;
}

/** Signs two parts exactly as they are written, however they were encoded. */
export function signParts(header: string, payload: string, key: KeyObject = ownKey): string {
  const input = `${header}.${payload}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
