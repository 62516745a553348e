import { randomUUID } from 'node:crypto';
import type { ScalewayEnvironment } from '../container/container-identity.js';
import { encodeToken, testKeys } from './test-token.js';

/** Claims to replace in a token. Set a claim to undefined to leave it out. */
export interface TestTokenClaims {
  readonly [claim: string]: unknown;
}

/** Takes Scaleway's place for one container in a test: its environment, and tokens signed with the matching key. */
export interface ScalewayTestIssuer {
  /** The `SCW_*` variables of the container, for the module's option `environment`. */
  readonly environment: Required<ScalewayEnvironment>;
  readonly namespaceId: string;
  readonly applicationId: string;

  /** A token for the whole namespace, with the claims that Scaleway uses, valid for one hour. `claims` replaces single claims. */
  token(claims?: TestTokenClaims): string;

  /** A token for only this container. */
  applicationToken(claims?: TestTokenClaims): string;

  /** A token that never expires, as Scaleway issues it if no expiry is requested. */
  withoutExpiry(): string;

  /** Expired a minute ago: 401, `expired`. */
  expired(): string;

  /** Valid from an hour from now: 401, `not_yet_valid`. */
  notYetValid(): string;

  /** Genuine, but for another container of this namespace: 403, `wrong_application`. */
  forOtherContainer(): string;

  /** Genuine, but for another namespace: 403, `wrong_namespace`. */
  forOtherNamespace(): string;

  /** Signed with another key: 401, `bad_signature`. */
  forged(): string;

  /** Unsigned, with `alg` none: 401, `unsupported_algorithm`. */
  unsigned(): string;

  /** From another issuer: 401, `wrong_issuer`. */
  fromOtherIssuer(): string;

  /** For another audience: 401, `wrong_audience`. */
  forOtherAudience(): string;

  /** Without an `application_claim`: 401, `bad_claim`. */
  withoutApplicationClaim(): string;

  /** Cut off: 401, `malformed`. */
  malformed(): string;
}

/**
 * Creates an identity for a container and issues tokens for it, so that a test can use the real guard.
 *
 * All issuers of a process share two RSA-2048 keys. They are generated on first use, which takes some tens of milliseconds.
 * Scaleway uses RSA-4096, which would take a second to generate. Nothing else differs from real tokens.
 *
 * @example
 * const issuer = createScalewayTestIssuer();
 * const testing = await Test.createTestingModule({
 *   imports: [ScalewayAuthModule.forRoot({ environment: issuer.environment }), OrdersModule],
 * }).compile();
 * // …
 * await fetch(url, { headers: { 'X-Auth-Token': issuer.token() } }); // 200
 * await fetch(url, { headers: { 'X-Auth-Token': issuer.expired() } }); // 401
 */
export function createScalewayTestIssuer(): ScalewayTestIssuer {
  const { publicKey, privateKey, foreignKey } = testKeys();
  const namespaceId = randomUUID();
  const applicationId = randomUUID();
  const claims = () => scalewayClaims(namespaceId, '');
  const token = (change: TestTokenClaims = {}) => encodeToken({ ...claims(), ...change }, privateKey);
  const applicationToken = (change: TestTokenClaims = {}) =>
    token({ ...applicationClaim('', applicationId), ...change });

  return Object.freeze({
    environment: Object.freeze({
      SCW_PUBLIC: 'false',
      SCW_PUBLIC_KEY: publicKey,
      SCW_NAMESPACE_ID: namespaceId,
      SCW_APPLICATION_ID: applicationId,
    }),
    namespaceId,
    applicationId,
    token,
    applicationToken,
    withoutExpiry: () => token({ exp: undefined }),
    expired: () => token({ exp: seconds() - 60 }),
    notYetValid: () => token({ nbf: seconds() + 3600, exp: seconds() + 7200 }),
    forOtherContainer: () => token(applicationClaim('', randomUUID())),
    forOtherNamespace: () => token(applicationClaim(randomUUID(), '')),
    forged: () => encodeToken(claims(), foreignKey),
    unsigned: () => encodeToken(claims(), undefined),
    fromOtherIssuer: () => token({ iss: 'SOMEBODY' }),
    forOtherAudience: () => token({ aud: 'something' }),
    withoutApplicationClaim: () => token({ application_claim: undefined }),
    malformed: () => token().slice(0, -1),
  });
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function applicationClaim(namespace_id: string, application_id: string): TestTokenClaims {
  return { application_claim: [{ namespace_id, application_id }] };
}

function scalewayClaims(namespaceId: string, applicationId: string): TestTokenClaims {
  return {
    ...applicationClaim(namespaceId, applicationId),
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
