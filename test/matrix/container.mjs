// The private container that every application of the matrix plays, and tokens for it as Scaleway signs them. Written
// apart from the package, which must not be judged by its own tokens.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const own = generateKeyPairSync('rsa', { modulusLength: 4096 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 4096 });
const namespaceId = randomUUID();
const applicationId = randomUUID();

export const environment = {
  SCW_PUBLIC: 'false',
  SCW_PUBLIC_KEY: own.publicKey.export({ type: 'pkcs1', format: 'pem' }),
  SCW_NAMESPACE_ID: namespaceId,
  SCW_APPLICATION_ID: applicationId,
};

export const tokens = {
  ofTheNamespace: token({ namespace_id: namespaceId, application_id: '' }),
  ofThisContainer: token({ namespace_id: '', application_id: applicationId }),
  ofAnotherContainer: token({ namespace_id: '', application_id: randomUUID() }),
  signedByAnotherNamespace: token({ namespace_id: namespaceId, application_id: '' }, foreign.privateKey),
};

function token(applicationClaim, key = own.privateKey) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    application_claim: [applicationClaim],
    aud: 'functions',
    // Longer than any run of the matrix.
    exp: now + 86_400,
    iat: now,
    iss: 'SCALEWAY',
    jti: randomUUID(),
    nbf: now,
    sub: 'token',
    version: 2,
  };
  const input = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encode).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
