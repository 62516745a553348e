// One contestant in a process of its own; it tells its port, and what it has used when asked.
import { contestant } from './contestants/index.mjs';

const argument = JSON.parse(process.argv[2]);
const server = await listen();
// The default would close connections that rest between rounds (5 s).
server.keepAliveTimeout = 600_000;

let served = 0;
server.on('request', () => {
  served++;
});

process.on('message', ({ collect }) => {
  if (collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send({
    at: performance.now() / 1000,
    cpu: user + system,
    served,
    rss,
    heapUsed,
    external: external + arrayBuffers,
  });
});
process.on('disconnect', () => process.exit());
process.send({ port: server.address().port });

async function listen() {
  const { serve } = await contestant(argument.name);
  if (serve !== undefined) {
    const bare = serve(argument);
    await new Promise((resolve) => {
      bare.listen(0, '127.0.0.1', resolve);
    });
    return bare;
  }
  const { createApplication } = await import('./application.mjs');
  const app = await createApplication(argument);
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer();
}
