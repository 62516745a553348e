// Starts the bundled application once, while the image is built, and stores what V8 has compiled in compile-cache/. Fails
// when the application does not boot or answer, and with it the build.
import { once } from 'node:events';
import module from 'node:module';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';

/** The routes that your callers ask first. A 404 does no harm. */
const ROUTES = ['/health', '/whoami', '/docs', '/docs-json'];

// Plays a private container, whose guard works, on any free port. Add what else your application needs to boot.
const issuer = createScalewayTestIssuer();
Object.assign(process.env, issuer.environment, { PORT: await freePort() });

// From here on, so that only the bundle's modules are stored. Before Node 22.8 there is no such cache.
module.enableCompileCache?.('compile-cache');
await import('./bundle/main.mjs');
for (const route of ROUTES) {
  const response = await ask(route);
  await response.arrayBuffer();
  if (response.status >= 500) throw new Error(`${route} answers ${response.status}`);
}
// Node writes the cache when a process ends by itself, which this one does not.
module.flushCompileCache?.();
process.exit();

/**
 * Tries again while nothing listens yet: main.js may not wait for its server.
 *
 * @param {string} route
 */
async function ask(route) {
  const url = `http://127.0.0.1:${process.env.PORT}${route}`;
  for (const end = Date.now() + 30_000; ; await setTimeout(50)) {
    try {
      return await fetch(url, { headers: { 'X-Auth-Token': issuer.token() } });
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return String(port);
}
