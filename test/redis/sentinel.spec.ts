import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis as Ioredis } from 'ioredis';
import { type IoredisClient, RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { freePort } from '../support/process.js';
import { describeOnOwnRedis, RedisServer } from '../support/redis.js';
import { failure, readAll } from './logs.js';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A Sentinel is a Redis server with a configuration file that it rewrites. */
class SentinelServer extends RedisServer {
  constructor(mainPort: number) {
    super([]);
    const lines = [`sentinel monitor main 127.0.0.1 ${mainPort} 1`, 'sentinel down-after-milliseconds main 500'];
    writeFileSync(join(this.folder, 'sentinel.conf'), `${lines.join('\n')}\nsentinel failover-timeout main 3000\n`);
    this.program = [join(this.folder, 'sentinel.conf'), '--sentinel'];
  }
}

describeOnOwnRedis('a log on Redis behind Sentinel', () => {
  const servers: RedisServer[] = [];
  async function started<T extends RedisServer>(server: T): Promise<T> {
    servers.push(server);
    await server.start();
    return server;
  }
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.remove();
  });

  it.each(['ioredis', 'ioredis-5'])(
    'follows a failover, and compacts, with a client of %s',
    async (name) => {
      const main = await started(new RedisServer());
      const standby = await started(new RedisServer(['--replicaof', '127.0.0.1', String(main.port)]));
      while (!String(await main.ask('INFO', 'replication')).includes('state=online')) await sleep(50);
      const sentinel = await started(new SentinelServer(main.port));

      const { Redis } = (await import(name)) as { Redis: typeof Ioredis };
      const sentinels = [
        { host: '127.0.0.1', port: await freePort() },
        { host: '127.0.0.1', port: sentinel.port },
      ];
      const client = new Redis({ sentinels, name: 'main', lazyConnect: true });
      const log = new RedisRevocationLog({ client: client as IoredisClient, waitReplicas: 1 });
      try {
        await log.append(['one']);
        const { cursor } = await readAll(log);
        while (!JSON.stringify(await sentinel.ask('SENTINEL', 'REPLICAS', 'main')).includes(String(standby.port)))
          await sleep(100);
        await main.kill();
        const single = new RedisRevocationLog({ client: client as IoredisClient });
        try {
          for (
            const end = Date.now() + 20_000;
            (await failure(single.append(['two']))) !== 'it did not fail';
            await sleep(200)
          )
            expect(Date.now()).toBeLessThan(end);
          expect(await readAll(single, cursor)).toMatchObject({ entries: ['two'] });
          expect(await standby.ask('XLEN', 'scaleway-auth:revocations')).toBe(2);
          await single.append(['{"uid":"a","id":"jti:a"}', '{"uid":"a","id":"jti:a"}', 'last']);
          expect(await single.compact()).toEqual({ before: 5, after: 4 });
        } finally {
          await single.close();
        }
      } finally {
        await log.close();
      }
      // Neither to the server nor to the Sentinel.
      for (const server of [standby, sentinel]) {
        const admin = new Redis(server.port);
        const own = (await admin.client('LIST')) as string;
        expect(own.split('\n').filter((line) => /name= .*lib-name=ioredis|cmd=(?:xrange|xadd|sentinel)/.test(line) && !/cmd=client/.test(line))).toEqual([]); // prettier-ignore
        admin.disconnect();
      }
    },
    60_000,
  );
});
