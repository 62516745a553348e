// One contestant in a process of its own; it tells its port, and what it has used when asked.
import { createServer } from 'node:http';
import { contestant } from './contestants/index.mjs';

/** @type {import('./processes.mjs').ServerArgument} */
const argument = JSON.parse(process.argv[2] ?? '');
const server = await listen();
// The default would close connections that rest between rounds (5 s).
server.keepAliveTimeout = 600_000;

let served = 0;
server.on('request', () => {
  served++;
});

process.on('message', (/** @type {{ collect: boolean }} */ { collect }) => {
  if (collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({
    usage: {
      at: performance.now() / 1000,
      cpu: user + system,
      served,
      rss,
      heapUsed,
      external: external + arrayBuffers,
    },
  });
});
process.on('disconnect', () => process.exit());
const address = server.address();
process.send?.({ port: typeof address === 'object' ? address?.port : undefined });

/** @returns {Promise<import('node:http').Server>} */
async function listen() {
  const { handle } = await contestant(argument.name);
  if (handle !== undefined) {
    const bare = createServer(handle(argument));
    await new Promise((resolve) => {
      bare.listen(0, '127.0.0.1', () => resolve(undefined));
    });
    return bare;
  }
  const { createApplication } = await import('./application.mjs');
  const app = await createApplication(argument);
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer();
}
