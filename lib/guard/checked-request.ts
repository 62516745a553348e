import type { ScwTokenClaims } from '../token/scw-token-claims.js';

/** Where the guard leaves the claims for `@ScwClaims()`: not `req.user`, which other strategies use for people. */
const CLAIMS = Symbol.for('nestjs-scaleway-auth:claims');

/** Where an application's HTTP server object says whether its container is public. */
const PUBLIC_CONTAINER = Symbol.for('nestjs-scaleway-auth:public-container');

/** Leaves the verified claims on the request. */
export function keepClaims(request: object, claims: ScwTokenClaims): void {
  (request as { [CLAIMS]?: ScwTokenClaims })[CLAIMS] = claims;
}

/** The claims that the guard left; undefined where it did not check this request. */
export function claimsOf(request: object): ScwTokenClaims | undefined {
  return (request as { [CLAIMS]?: ScwTokenClaims })[CLAIMS];
}

interface HttpServerObject {
  [PUBLIC_CONTAINER]?: boolean;
}

/**
 * Notes on an application's Express or Fastify instance whether its container is public, for `@ScwClaims()`, which has
 * no access to providers. An instance that two applications share is public only if both are.
 */
export function markServer(instance: object, isPublic: boolean): void {
  const server = instance as HttpServerObject;
  server[PUBLIC_CONTAINER] = isPublic && server[PUBLIC_CONTAINER] !== false;
}

/** Whether a request came to a public container, where nothing is checked. */
export function isOfPublicContainer(request: object): boolean {
  const { app, server } = request as { app?: HttpServerObject; server?: HttpServerObject };
  return (app ?? server)?.[PUBLIC_CONTAINER] === true;
}
