import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { ScalewayEnvironment } from '../container/container-identity.js';

/** Claims to change in a token; one that is set to undefined is left out. */
export interface TestTokenClaims {
  readonly [claim: string]: unknown;
}

/** Plays Scaleway for one container in a test: its environment, and tokens signed with the key that the environment names. */
export interface ScalewayTestIssuer {
  /** The `SCW_*` variables of the container, for the option `environment`. */
  readonly environment: Required<ScalewayEnvironment>;
  readonly namespaceId: string;
  readonly applicationId: string;

  /** A token for the whole namespace, as Scaleway issues it, valid for one hour; `claims` replaces single claims. */
  namespaceToken(claims?: TestTokenClaims): string;

  /** A token for this container alone, valid for one hour. */
  applicationToken(claims?: TestTokenClaims): string;

  /** A namespace token that ended a minute ago: 401, `expired`. */
  expired(): string;

  /** A genuine token for another container of this namespace: 403, `wrong_application`. */
  forOtherContainer(): string;

  /** A genuine token that names another namespace: 403, `wrong_namespace`. */
  forOtherNamespace(): string;

  /** A namespace token signed with another key: 401, `bad_signature`. */
  forged(): string;
}

/**
 * Makes a container's identity and an issuer of tokens for it, so that a test can drive the real guard.
 *
 * The keys are made once a process, RSA-2048 instead of Scaleway's RSA-4096, which takes some tens of milliseconds instead
 * of a second or more; nothing else differs from real tokens.
 *
 * @example
 * const issuer = createScalewayTestIssuer();
 * const module = await Test.createTestingModule({
 *   imports: [ScalewayAuthModule.forRoot({ environment: issuer.environment }), OrdersModule],
 * }).compile();
 * // ...
 * await request(server).get('/orders').set('X-Auth-Token', issuer.namespaceToken()).expect(200);
 */
export function createScalewayTestIssuer(): ScalewayTestIssuer {
  const { own, foreign } = keys();
  const namespaceId = randomUUID();
  const applicationId = randomUUID();
  const namespaceToken = (claims?: TestTokenClaims, key = own.privateKey) =>
    signToken({ ...tokenClaims(namespaceId, ''), ...claims }, key);
  const applicationToken = (claims?: TestTokenClaims) =>
    signToken({ ...tokenClaims('', applicationId), ...claims }, own.privateKey);

  return Object.freeze({
    environment: Object.freeze({
      SCW_PUBLIC: 'false',
      SCW_PUBLIC_KEY: own.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string,
      SCW_NAMESPACE_ID: namespaceId,
      SCW_APPLICATION_ID: applicationId,
    }),
    namespaceId,
    applicationId,
    namespaceToken: (claims?: TestTokenClaims) => namespaceToken(claims),
    applicationToken,
    expired: () => namespaceToken({ exp: seconds() - 60 }),
    forOtherContainer: () => applicationToken(tokenClaims('', randomUUID())),
    forOtherNamespace: () => namespaceToken(tokenClaims(randomUUID(), '')),
    forged: () => namespaceToken({}, foreign.privateKey),
  });
}

interface Keys {
  readonly own: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly foreign: { readonly privateKey: KeyObject };
}

let made: Keys | undefined;

function keys(): Keys {
  return (made ??= {
    own: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    foreign: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  });
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function tokenClaims(namespace_id: string, application_id: string): TestTokenClaims {
  return {
    application_claim: [{ namespace_id, application_id }],
    aud: 'functions',
    exp: seconds() + 3600,
    iat: seconds(),
    iss: 'SCALEWAY',
    jti: randomUUID(),
    nbf: seconds(),
    sub: 'token',
    version: 2,
  };
}

function signToken(claims: TestTokenClaims, key: KeyObject): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}
