// One replica, which says how long it takes to start, and then when it has seen an entry. argv: URL.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';

const [url] = process.argv.slice(2);
const logger = { log() {}, warn: console.error, error: console.error };
const revocations = new ScalewayRevocations(
  { store: new RedisRevocationLog({ url }), whenStoreIsAway: 'refuse' },
  logger,
);
const claims = (tokenId) => ({ tokenId, scope: 'namespace', payload: { iat: 1 } });

await import('redis');
globalThis.gc();
const heap = process.memoryUsage().heapUsed;
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const began = performance.now();
await revocations.start();
const startMs = performance.now() - began;
delay.disable();
globalThis.gc();
const heapBytes = process.memoryUsage().heapUsed - heap;
process.send({ startMs, delayP99Ms: delay.percentile(99) / 1e6, heapBytes, checkNs: checkNs() });

process.on('message', ({ tokenId }) => {
  const timer = setInterval(() => {
    if (revocations.check('', claims(tokenId)) !== 'revoked') return;
    clearInterval(timer);
    process.send({ seenAt: Date.now() });
  }, 1);
});

/** What the check costs for a good token that is cached, as the median of some rounds. */
function checkNs() {
  const tokens = Array.from({ length: 1000 }, (_, i) => [
    `token ${i}`,
    Object.freeze(claims(`00000000-0000-4000-8000-${String(i).padStart(12, '0')}`)),
  ]);
  const rounds = [];
  for (let round = 0; round < 30; round++) {
    // CPU, not time: other processes use the machine too.
    const start = process.cpuUsage();
    for (let turn = 0; turn < 100; turn++) for (const [text, each] of tokens) revocations.check(text, each);
    const { user, system } = process.cpuUsage(start);
    rounds.push(((user + system) * 1000) / 100_000);
  }
  return rounds.toSorted((one, other) => one - other)[15];
}
