import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { RedisServer } from '../../support/redis.js';
import { sleep } from '../replicas.js';
import { Bench, type Outcome } from './bench.js';
import { writeReport } from './report.js';

const KEY = 'scaleway-auth:revocations';
const VOLATILE = ['--appendonly', 'no'];

interface Fault {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** Whether the store is away for a while, so that replicas that go on with their last list cannot know what was just revoked; or forgets it before all have read it. */
  readonly cutsOff?: boolean;
  readonly break: (bench: Bench) => Promise<unknown>;
}

/** What a fault has started and its end has to stop. */
const cleaning: (() => Promise<void>)[] = [];

const faults: Fault[] = [
  { name: 'none', break: () => sleep(4000) },
  {
    name: '`kill -9` of Redis with an append-only file (`always`)',
    cutsOff: true,
    async break({ redis }) {
      await redis.kill();
      await sleep(1000);
      await redis.start();
    },
  },
  {
    name: '`kill -9` of Redis that keeps nothing on disk',
    cutsOff: true,
    args: VOLATILE,
    async break({ redis }) {
      await redis.kill();
      await sleep(1000);
      await redis.start();
    },
  },
  {
    name: 'failover to a replica that lags by 3 seconds',
    cutsOff: true,
    args: VOLATILE,
    async break({ redis, link, field }) {
      const standby = new RedisServer([...VOLATILE, '--replicaof', '127.0.0.1', String(redis.port)]);
      await standby.start();
      await sleep(1500);
      standby.freeze();
      await sleep(3000);
      await redis.kill();
      standby.thaw();
      await standby.ask('REPLICAOF', 'NO', 'ONE');
      field.storeUrl = () => standby.url;
      link.leadTo(standby.port);
      cleaning.push(() => standby.remove());
    },
  },
  {
    name: 'restored from a snapshot that is 3 seconds old',
    cutsOff: true,
    args: VOLATILE,
    async break({ redis }) {
      await redis.ask('SAVE');
      copyFileSync(join(redis.folder, 'dump.rdb'), join(redis.folder, 'older.rdb'));
      await sleep(3000);
      await redis.kill();
      copyFileSync(join(redis.folder, 'older.rdb'), join(redis.folder, 'dump.rdb'));
      await redis.start();
    },
  },
  {
    name: 'memory full for 6 seconds under `allkeys-lru`',
    args: [...VOLATILE, '--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru'],
    break: fillMemory,
  },
  {
    name: 'the list evicted some times a second (`allkeys-random`)',
    cutsOff: true,
    args: [...VOLATILE, '--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-random'],
    break: fillMemory,
  },
  {
    name: 'the list deleted every 2 seconds',
    async break({ redis }) {
      for (let i = 0; i < 4; i++) {
        await redis.ask('UNLINK', KEY);
        await sleep(2000);
      }
    },
  },
  {
    name: 'all but the last 20 entries trimmed every 2 seconds (`XTRIM`)',
    async break({ redis }) {
      for (let i = 0; i < 4; i++) {
        await redis.ask('XTRIM', KEY, 'MAXLEN', '20');
        await sleep(2000);
      }
    },
  },
  {
    name: 'Redis stopped for 3 seconds (`SIGSTOP`)',
    cutsOff: true,
    async break({ redis }) {
      redis.freeze();
      await sleep(3000);
      redis.thaw();
    },
  },
  {
    name: 'two replicas stopped for 3 seconds (`SIGSTOP`)',
    cutsOff: true,
    async break({ replicas }) {
      for (const name of ['one', 'refusing']) replicas.signal(name, 'SIGSTOP');
      await sleep(3000);
      for (const name of ['one', 'refusing']) replicas.signal(name, 'SIGCONT');
    },
  },
  {
    name: 'replicas cut off from Redis for 5 seconds; the operator is not',
    cutsOff: true,
    async break({ link }) {
      link.partition();
      await sleep(5000);
      link.heal();
    },
  },
  {
    name: 'packets of existing connections dropped, without a reset',
    cutsOff: true,
    async break({ link }) {
      link.dropExisting();
      await sleep(5000);
    },
  },
  {
    name: 'a network of 200 milliseconds there and back',
    async break({ link }) {
      link.delayMs = 100;
      await sleep(5000);
    },
  },
  {
    name: 'connections reset every 200 milliseconds',
    cutsOff: true,
    async break({ link }) {
      for (const end = Date.now() + 6000; Date.now() < end; await sleep(200)) link.reset();
    },
  },
  {
    name: 'the password changed for 3 seconds, then right again',
    cutsOff: true,
    async break({ redis, link, field }) {
      const url = redis.url;
      const withPassword = url.replace('://', '://:other@');
      await redis.ask('CONFIG', 'SET', 'requirepass', 'other');
      field.storeUrl = () => withPassword;
      link.reset();
      await sleep(3000);
      const admin = new RedisServer();
      admin.port = redis.port;
      Object.defineProperty(admin, 'url', { value: withPassword });
      await admin.ask('CONFIG', 'SET', 'requirepass', '');
      field.storeUrl = () => url;
    },
  },
  { name: 'replicas whose clocks are 2 hours ahead', env: { CLOCK_AHEAD_MS: '7200000' }, break: () => sleep(4000) },
  { name: 'replicas whose clocks are 2 hours behind', env: { CLOCK_AHEAD_MS: '-7200000' }, break: () => sleep(4000) },
  {
    name: 'malformed and hostile entries in the stream',
    async break({ redis }) {
      const hostile = [
        '',
        'nonsense',
        '{"uid":1}',
        '{"__proto__":{}}',
        'x'.repeat(500_000),
        '{"undoes":["*"],"id":"jti:*"}',
      ];
      for (const value of [...hostile, '{"restoring":"nobody"}', '{"whole":"another"}'])
        await redis.ask('XADD', KEY, '*', 'e', value);
      await redis.ask('XADD', KEY, '*', 'other', 'fields', 'and', 'more');
      await sleep(4000);
    },
  },
  {
    name: '300 starts and stops of replicas',
    async break({ redis }) {
      for (let i = 0; i < 30; i++)
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            const store = new RedisRevocationLog({ url: redis.url });
            const revocations = new ScalewayRevocations({ store }, { log() {}, warn() {}, error() {} });
            await revocations.start();
            await revocations.stop();
          }),
        );
      const clients = String(await redis.ask('CLIENT', 'LIST'))
        .trim()
        .split('\n');
      // The replicas, the operator, and whoever asks.
      expect(clients.length).toBeLessThan(10);
    },
  },
];

/** Writes more than fits, so that the server has to evict keys. */
async function fillMemory({ redis }: Bench): Promise<void> {
  for (const end = Date.now() + 6000; Date.now() < end; await sleep(300)) {
    const fill = `for i = 1, 400 do redis.call('SET', 'other:' .. ARGV[1] .. i, string.rep('x', 10000)) end`;
    await redis.ask('EVAL', fill, '0', String(Date.now())).catch(() => {});
  }
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
}

describe('revoked tokens that get in after the acknowledged second', () => {
  const outcomes: Outcome[] = [];
  afterAll(() => writeReport(outcomes));

  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (name, fault) => {
    const bench = await Bench.start(fault.args, fault.env);
    let outcome: Outcome;
    try {
      await fault.break(bench);
      await sleep(4000);
      outcome = await bench.outcome(name);
    } finally {
      await bench.stop();
      for (const clean of cleaning.splice(0)) await clean();
    }
    outcomes.push(outcome);
    console.log(JSON.stringify(outcome));
    expect(outcome.acknowledged).toBeGreaterThan(5);
    expect(outcome.refuse.letIn).toBe(0);
    if (fault.cutsOff !== true) expect(outcome.stale.letIn).toBe(0);
  });
});
