/** Where an application's HTTP server object says whether its container is public. */
const PUBLIC_CONTAINER = Symbol.for('nestjs-scaleway-auth:public-container');

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
