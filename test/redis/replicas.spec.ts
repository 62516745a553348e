import { randomUUID } from 'node:crypto';
import type { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { token } from '../support/issuer.js';
import { Link } from '../support/link.js';
import { describeOnOwnRedis, describeOnRedis, RedisServer, startRedis } from '../support/redis.js';
import { REPLICA, replicasOn, sleep, SOON_MS, within } from './replicas.js';

const KEY = 'scaleway-auth:revocations';

describeOnRedis('replicas of the sample that share a deny list on Redis', () => {
  const used = replicasOn(startRedis);

  it('refuse a revoked token everywhere within a second, and take it back when that is undone', async () => {
    const { operator, askAll } = used.replicas;
    const tokenId = randomUUID();
    const text = token({ jti: tokenId });
    expect(await askAll(text)).toEqual([200, 200, 200]);
    const { id } = await operator.revoke({ tokenId });
    await within(SOON_MS, [401, 401, 401], () => askAll(text));
    expect(await askAll(token())).toEqual([200, 200, 200]);
    expect(await operator.undo(id)).toBe(true);
    await within(SOON_MS, [200, 200, 200], () => askAll(text));
    expect(await operator.undo(id)).toBe(false);
  });
});

/** After a loss or a broken connection an operator has to try again, as the error says. */
async function revokeSoon(operator: ScalewayRevocations, text: string): Promise<void> {
  const attempt = () =>
    operator.revoke({ token: text }).then(
      () => 'acknowledged',
      (error: Error) => error.message,
    );
  await within(15_000, 'acknowledged', attempt);
}

async function startOwnRedis(): Promise<RedisServer> {
  const redis = new RedisServer();
  await redis.start();
  return redis;
}

describeOnOwnRedis('replicas of the sample whose Redis goes away', () => {
  const used = replicasOn(startOwnRedis, (replicas) =>
    Promise.all([
      replicas.start(['refusing'], REPLICA, { WHEN_AWAY: 'refuse', CLIENT: 'ioredis' }),
      replicas.start(['accepting'], REPLICA, { WHEN_AWAY: 'accept' }),
    ]),
  );

  it('do what they were told while the server is away, and lose nothing when it is back', async () => {
    const { operator, ask, askAll } = used.replicas;
    const [revoked, good] = [token(), token()];
    await operator.revoke({ token: revoked });
    await within(SOON_MS, [401, 401, 401], () => askAll(revoked));
    await within(SOON_MS, [401, 200], () => Promise.all([ask('accepting', revoked), ask('refusing', good)]));
    await used.redis.kill();

    await within(4000, [401, 200], () => Promise.all([ask('refusing', good), ask('accepting', good)]));
    expect(await askAll(good)).toEqual([200, 200, 200]);
    expect(await askAll(revoked)).toEqual([401, 401, 401]);
    expect(await ask('accepting', revoked)).toBe(401);
    await expect(operator.revoke({ token: token() })).rejects.toThrow(
      /^The (?:store of revocations has not acknowledged the change \(connection refused\). Nothing was changed|list of revocations is not current \(connection refused\))/,
    );

    // Without a list of its own a new replica lets nobody in.
    await used.replicas.start(['newcomer']);
    expect(await ask('newcomer', good)).toBe(401);

    await used.redis.start();
    await within(8000, [200, 200], () => Promise.all([ask('refusing', good), ask('newcomer', good)]));
    await within(3000, [401, 401, 401], () => askAll(revoked));
    expect(await ask('newcomer', revoked)).toBe(401);
    const log = await used.replicas.end('newcomer');
    expect(log).toContain(
      'The store of revocations is away (connection refused): no list was read yet, so all tokens are refused',
    );
    expect(log).toContain('The store of revocations is back');
  }, 60_000);

  it.each([
    ['FLUSHALL', () => used.redis.ask('FLUSHALL')],
    ['one key evicted', () => used.redis.ask('UNLINK', KEY)],
    ['replaced by an older list', async () => void (await used.redis.ask('RENAME', 'older', KEY))],
  ])(
    'put the list back into a store that has lost it: %s',
    async (_name, lose) => {
      const { operator, ask, askAll } = used.replicas;
      const text = token();
      await used.redis.ask('COPY', KEY, 'older', 'REPLACE');
      await revokeSoon(operator, text);
      await within(SOON_MS, [401, 401, 401], () => askAll(text));
      await lose();
      for (const end = Date.now() + 1500; Date.now() < end; await sleep(50))
        expect(await askAll(text)).toEqual([401, 401, 401]);
      await used.replicas.start(['late']);
      await within(3000, 200, () => ask('late', token()));
      expect(await ask('late', text)).toBe(401);
      expect(await used.replicas.end('late')).not.toContain('away');
    },
    30_000,
  );

  it('let nobody in at a replica that starts while the others are putting a lost list back', async () => {
    const { operator, ask } = used.replicas;
    const text = token();
    await revokeSoon(operator, text);
    await sleep(600);
    await used.redis.ask('FLUSHALL');
    const starting = used.replicas.start(['early']);
    const seen = new Set<number>();
    for (const end = Date.now() + 6000; Date.now() < end; await sleep(20)) {
      const status = await ask('early', text).catch(() => undefined);
      if (status !== undefined) seen.add(status);
    }
    await starting;
    expect([...seen]).toEqual([401]);
    await within(SOON_MS, 200, () => ask('early', token()));
    await used.replicas.end('early');
  }, 30_000);

  it('read on after a hostile entry, and revoke', async () => {
    const { operator, askAll } = used.replicas;
    for (const value of ['nonsense', '{"uid":1}', 'x'.repeat(2_000_000), '{"undoes":["*"],"id":"jti:*"}'])
      await used.redis.ask('XADD', KEY, '*', 'e', value);
    const text = token();
    await revokeSoon(operator, text);
    await within(SOON_MS, [401, 401, 401], () => askAll(text));
  });

  it('refuse from the first request on, after a replica was frozen longer than its list may be old', async () => {
    const { ask, signal } = used.replicas;
    const good = token();
    await within(SOON_MS, 200, () => ask('refusing', good));
    signal('refusing', 'SIGSTOP');
    // Redis too: a list that is read before the first request is answered would be a new one.
    used.redis.freeze();
    await sleep(2500);
    // The request waits in the socket while the process is stopped.
    const answer = ask('refusing', good);
    await sleep(200);
    signal('refusing', 'SIGCONT');
    expect(await answer).toBe(401);
    used.redis.thaw();
    await within(SOON_MS, 200, () => ask('refusing', good));
  }, 20_000);
});

describeOnOwnRedis('a replica behind a bad network', () => {
  let redis: RedisServer;
  let link: Link;
  const used = replicasOn(async () => {
    redis = await startOwnRedis();
    link = await new Link(redis.port).open();
    return { url: link.url, remove: () => link.close().then(() => redis.remove()) };
  });
  afterEach(() => {
    link.heal();
    link.delayMs = 0;
  });

  it('notices within seconds that its connection is dead, and makes a new one', async () => {
    const { operator, askAll } = used.replicas;
    link.dropExisting();
    const text = token();
    await revokeSoon(operator, text);
    await within(6000, [401, 401, 401], () => askAll(text));
  }, 30_000);

  it('finds its way back from a partition, and over a link of 100 milliseconds', async () => {
    const { operator, askAll } = used.replicas;
    link.partition();
    await sleep(3000);
    await expect(operator.revoke({ token: token() })).rejects.toThrow('no answer in time');
    link.heal();
    link.delayMs = 50;
    const text = token();
    await revokeSoon(operator, text);
    await within(8000, [401, 401, 401], () => askAll(text));
  }, 40_000);

  it('does not fill the log when the connection comes and goes', async () => {
    const { operator, askAll } = used.replicas;
    await used.replicas.start(['flapping']);
    for (let i = 0; i < 20; i++) {
      link.reset();
      await sleep(100);
    }
    const text = token();
    await revokeSoon(operator, text);
    await within(6000, [401, 401, 401], () => askAll(text));
    expect(
      (await used.replicas.end('flapping')).split('\n').filter((line) => line.includes('away')).length,
    ).toBeLessThan(4);
  }, 40_000);
});
