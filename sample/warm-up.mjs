// Starts the bundled application once, while the image is built, with the command of the image, and stores what V8 has
// compiled in compile-cache/. Fails when the application does not boot or answer, and with it the build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';

/** The routes that your callers ask first. A 404 does no harm. */
const ROUTES = ['/health', '/whoami', '/docs', '/docs-json'];

/** Node writes the cache when a process ends by itself, not when a signal ends it. Before Node 22.8 there is no such cache. */
const STORE_ON_SIGTERM = `
  import module from 'node:module';
  process.once('SIGTERM', () => {
    module.flushCompileCache?.();
    process.exit(0);
  });
`;

// Plays a private container, whose guard works, on any free port. Add what else your application needs to boot.
const issuer = createScalewayTestIssuer();
const PORT = await freePort();
// A process of its own, which loads nothing that the image does not load.
const application = spawn(process.execPath, ['bundle/main.mjs'], {
  env: {
    ...process.env,
    ...issuer.environment,
    PORT,
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: resolve('compile-cache'),
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(STORE_ON_SIGTERM)}`,
  },
  stdio: 'inherit',
});
const ended = once(application, 'exit');
process.once('exit', () => application.kill('SIGKILL'));

for (const route of ROUTES) {
  const response = await ask(route);
  await response.arrayBuffer();
  if (response.status >= 500) throw new Error(`${route} answers ${response.status}`);
}
application.kill('SIGTERM');
await ended;

/**
 * Tries again while nothing listens yet.
 *
 * @param {string} route
 */
async function ask(route) {
  for (const end = Date.now() + 30_000; ; await setTimeout(50)) {
    if (application.exitCode !== null || application.signalCode !== null)
      throw new Error('The application ended before it answered.');
    try {
      return await fetch(`http://127.0.0.1:${PORT}${route}`, { headers: { 'X-Auth-Token': issuer.token() } });
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
