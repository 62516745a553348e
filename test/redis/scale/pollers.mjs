// Plays many replicas: each has a connection and polls as a replica does, but keeps no list. argv: URL, how many, and how often in
// milliseconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';

const [url, count, pollMs] = process.argv.slice(2);

/** Until the log was read for the first time. */
let loading = Number(count);

async function poll() {
  const log = new RedisRevocationLog({ url });
  let cursor;
  for (;;) {
    const began = performance.now();
    const page = await log.read(cursor);
    cursor = page.cursor;
    if (page.more) continue;
    if (--loading === 0) process.send('ready');
    await sleep(pollMs * (0.95 + Math.random() * 0.1) - (performance.now() - began));
  }
}

for (let i = 0; i < Number(count); i++) {
  void poll();
  await sleep(pollMs / Number(count));
}
