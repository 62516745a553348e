import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './process.mjs';

/** From SIGTERM until the process must be gone, in milliseconds. */
export const EXIT_WITHIN = 10_000;
/** Time for the load to let go of what it does not do while a server ends, in milliseconds. */
const SETTLE = 500;

/** One life of a server under load: boot, saturation, SIGTERM, exit. */
export async function runHalf({ platform, half, seconds, load, sabotage, onProgress }) {
  const collectEvery = Math.max(1, Math.min(5, Math.floor(seconds / 12)));
  const server = new Child('server.mjs', { platform, collectEvery, sabotage }, ['--expose-gc', '--enable-source-maps']);
  const vitals = [];
  let requests = 0;
  server.on('vitals', (sample) => {
    vitals.push(sample);
    requests = sample.requests;
    onProgress(sample);
  });
  const port = await server.need('port', 30_000);

  load.send({ start: { port, seconds } });
  await load.need('started', 30_000);
  const began = performance.now();
  const crashed = await Promise.race([server.ended, load.ended, delay(seconds * 1000)]);
  const lasted = (performance.now() - began) / 1000;

  const finished = load.next('result', EXIT_WITHIN + 15_000);
  const shutdown = await endUnderLoad(server, load, port);
  const result = await finished;
  if (result === undefined) throw new Error('The load has not told what it saw');
  return { platform, half, seconds: lasted, requests, vitals, result, shutdown, crashed };
}

async function endUnderLoad(server, load, port) {
  load.send({ ending: true });
  await delay(SETTLE);
  const began = performance.now();
  const at = Date.now() / 1000;
  const [draining, drained] = [server.next('draining', EXIT_WITHIN), server.next('drained', EXIT_WITHIN)];
  server.process.kill('SIGTERM');
  const inFlight = (await draining)?.inFlight;
  const newConnection = await tryToConnect(port);
  const ended = await server.end(EXIT_WITHIN - (performance.now() - began));
  const seconds = (performance.now() - began) / 1000;
  return { at, inFlight, newConnection, ended, seconds, drained: await drained };
}

/** What a new connection gets: 'connected', or the code of the error. */
function tryToConnect(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('connect', () => {
      resolve('connected');
      socket.destroy();
    });
    socket.on('error', ({ code }) => resolve(code));
    socket.on('close', () => resolve('no answer'));
  });
}
