import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { cleanEnvironment, root } from '../../support/process.js';
import { RedisServer } from '../../support/redis.js';
import { sleep } from '../replicas.js';
import { type Measured, writeReport } from './report.js';

const KEY = 'scaleway-auth:revocations';
const REPLICAS = 50;
const POLL_MS = 400;
/** As often as some thousand replicas poll together. */
const BUSY_POLL_MS = 20;
const POLLER_PROCESSES = 2;
const MEASURED_MS = 10_000;
const REVOCATIONS = 20;

const FILL = `
  for i = 1, tonumber(ARGV[1]) do
    local n = tonumber(ARGV[2]) + i
    local id = n % 10 == 0 and 'sha256:' .. redis.sha1hex('a' .. n) .. redis.sha1hex('b' .. n):sub(1, 24)
      or 'jti:' .. redis.sha1hex('c' .. n):sub(1, 36)
    redis.call('XADD', KEYS[1], '*', 'e', '{"uid":"' .. redis.sha1hex('u' .. n):sub(1, 12) .. '","id":"' .. id .. '","until":' .. ARGV[3] .. '}')
  end`;

function child(program: string, ...args: string[]): ChildProcess {
  const execArgv = ['--expose-gc'];
  return fork(`test/redis/scale/${program}`, args, { cwd: root, env: cleanEnvironment(), execArgv, stdio: 'inherit' });
}

async function numbers(redis: RedisServer) {
  const info = String(await redis.ask('INFO'));
  const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)![1]);
  return {
    commands: of('total_commands_processed'),
    cpuSeconds: of('used_cpu_sys') + of('used_cpu_user'),
    bytes: of('total_net_output_bytes'),
    at: performance.now(),
  };
}

async function rates(redis: RedisServer) {
  await sleep(2000);
  const before = await numbers(redis);
  await sleep(MEASURED_MS);
  const after = await numbers(redis);
  const seconds = (after.at - before.at) / 1000;
  return {
    commandsPerSecond: (after.commands - before.commands) / seconds,
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
    bytesPerSecond: (after.bytes - before.bytes) / seconds,
  };
}

async function startPollers(redis: RedisServer, pollMs: number): Promise<ChildProcess[]> {
  const each = String(Math.ceil((REPLICAS - 1) / POLLER_PROCESSES));
  const pollers = Array.from({ length: POLLER_PROCESSES }, () => child('pollers.mjs', redis.url, each, String(pollMs)));
  await Promise.all(pollers.map((poller) => once(poller, 'message')));
  return pollers;
}

describe('scale', () => {
  const measured: Measured[] = [];
  afterAll(() => writeReport(measured));

  it.each([1000, 10_000, 100_000])('%d entries, 50 replicas', async (entries) => {
    const redis = new RedisServer(['--appendonly', 'yes', '--appendfsync', 'everysec']);
    await redis.start();
    for (let done = 0; done < entries; done += 1000)
      await redis.ask('EVAL', FILL, '1', KEY, '1000', String(done), String(Date.now() + 86_400_000));
    const log = new RedisRevocationLog({ url: redis.url });
    await log.append([JSON.stringify({ uid: 'before', id: 'before:container', before: 0 })]);
    const life = /run_id:(\w+)/.exec(String(await redis.ask('INFO')))![1];
    await log.append([JSON.stringify({ whole: life })]);

    const replica = child('replica.mjs', redis.url);
    const [start] = (await once(replica, 'message')) as [Measured['start']];
    let pollers = await startPollers(redis, POLL_MS);
    const atRest = await rates(redis);

    const seen: number[] = [];
    for (let i = 0; i < REVOCATIONS; i++) {
      const tokenId = randomUUID();
      replica.send({ tokenId });
      await log.append([JSON.stringify({ uid: tokenId.slice(0, 12), id: `jti:${tokenId}` })]);
      const acknowledgedAt = Date.now();
      const [{ seenAt }] = (await once(replica, 'message')) as [{ seenAt: number }];
      seen.push(seenAt - acknowledgedAt);
      await sleep(100 + Math.random() * 300);
    }
    for (const each of pollers) each.kill('SIGKILL');
    pollers = await startPollers(redis, BUSY_POLL_MS);
    const busy = await rates(redis);
    measured.push({
      entries,
      replicas: REPLICAS,
      atRest,
      busy,
      memoryBytes: Number(await redis.ask('MEMORY', 'USAGE', KEY, 'SAMPLES', '0')),
      seenMs: seen.toSorted((one, other) => one - other),
      start,
    });
    console.log(JSON.stringify(measured.at(-1)));
    for (const each of [replica, ...pollers]) each.kill('SIGKILL');
    await log.close();
    await redis.remove();

    const last = measured.at(-1)!;
    expect(last.atRest.commandsPerSecond).toBeLessThan(300);
    expect(last.atRest.cpuPercent).toBeLessThan(4);
    expect(last.seenMs.at(-1)).toBeLessThan(1000);
    expect(last.start.checkNs).toBeLessThan(600);
  });
});
