import type { ScwTokenClaims } from '../verification/scw-token-claims.js';

/** Where the guard leaves the claims for `@ScwClaims()`: not `req.user`, which other strategies use for people. */
const CLAIMS = Symbol.for('nestjs-scaleway-auth:claims');

/** Where an application's HTTP server object says whether its container is public. */
const PUBLIC_CONTAINER = Symbol.for('nestjs-scaleway-auth:public-container');

interface CheckedRequest {
  [CLAIMS]?: ScwTokenClaims | null;
}

/** Leaves on the request what the guard found: the verified claims, or null where no token was sent and none is needed. */
export function keepClaims(request: object, claims: ScwTokenClaims | null): void {
  (request as CheckedRequest)[CLAIMS] = claims;
}

/** What the guard left; undefined where it did not check this request, or where there is none, as in a message handler. */
export function claimsOf(request: unknown): ScwTokenClaims | null | undefined {
  return (request as CheckedRequest | null | undefined)?.[CLAIMS];
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
export function isOfPublicContainer(request: unknown): boolean {
  const { app, server } = (request ?? {}) as { app?: HttpServerObject | null; server?: HttpServerObject | null };
  return (app ?? server)?.[PUBLIC_CONTAINER] === true;
}
