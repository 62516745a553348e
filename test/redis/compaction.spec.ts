import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { describeOnOwnRedis, RedisServer } from '../support/redis.js';
import { failure, KEY, readAll } from './logs.js';

describeOnOwnRedis('a log on Redis that is compacted', () => {
  const redis: RedisServer = new RedisServer(['--appendonly', 'no']);
  const opened: RedisRevocationLog[] = [];
  const open = (options: ConstructorParameters<typeof RedisRevocationLog>[0], pageSize?: number) => {
    const log = new RedisRevocationLog(options, undefined, pageSize);
    opened.push(log);
    return log;
  };
  beforeAll(() => redis.start());
  beforeEach(() => redis.ask('FLUSHALL'));
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  afterAll(() => redis.remove());

  it('is rewritten without what has ended, was undone or is there twice, under readers’ cursors', async () => {
    const log = open({ url: redis.url }, 3);
    const [serverSeconds] = (await redis.ask('TIME')) as [string];
    const ended = Number(serverSeconds) * 1000 - 25 * 3_600_000;
    const kept = [
      '{"uid":"kept","id":"jti:a"}',
      '{"uid":"just","id":"jti:just","until":' + (ended + 2 * 3_600_000) + '}',
      '{"undoes":["undone"],"id":"jti:b"}',
      '{"kind":"of a later version"}',
      '{"whole":"second"}',
    ];
    const dropped = [
      `{"uid":"ended","id":"jti:ended","until":${ended}}`,
      '{"uid":"undone","id":"jti:b"}',
      '{"restoring":"somebody"}',
      '{"whole":"first"}',
    ];
    for (const entry of [...dropped, ...kept, kept[0]!, '{"restored":"somebody"}', 'last']) await log.append([entry]);
    const { cursor } = await readAll(log);
    expect(await log.compact()).toEqual({ before: 12, after: 6 });
    expect((await readAll(log)).entries).toEqual([...kept, 'last']);
    expect(await log.read(cursor)).toMatchObject({ entries: [], rewritten: false });
    expect(await log.compact()).toEqual({ before: 6, after: 6 });
    expect(await redis.ask('KEYS', '*')).toEqual([KEY]);
    expect(await redis.ask('TTL', KEY)).toBe(-1);
  });

  it('loses nothing that is appended while it is rewritten', async () => {
    const log = open({ url: redis.url });
    for (let i = 0; i < 3000; i++) void log.append([`{"uid":"uid${i % 1500}","id":"jti:${i % 1500}"}`]);
    const stop = new AbortController();
    let appended = 0;
    const writer = open({ url: redis.url });
    const writing = (async () => {
      while (!stop.signal.aborted) {
        await writer.append([`{"uid":"new${appended++}","id":"jti:new"}`]);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const compactor = open({ url: redis.url });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await failure(compactor.compact());
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    await writing;
    const { entries } = await readAll(log);
    const uids = new Set(entries.map((entry) => /"uid":"(\w+)"/.exec(entry)![1]));
    expect(uids.size).toBe(1500 + appended);
  });

  it('loses nothing that is appended while several compact it, in one process and in others', async () => {
    const log = open({ url: redis.url });
    const other = open({ url: redis.url });
    const twice = Array.from({ length: 3000 }, (_, i) => `{"uid":"uid${i % 1500}","id":"jti:${i % 1500}"}`);
    await log.append(twice);
    const stop = new AbortController();
    const uids: string[] = [];
    const writing = (async () => {
      for (let i = 0; !stop.signal.aborted; i++) {
        await log.append([`{"uid":"new${i}","id":"jti:new"}`, `{"uid":"new${i}","id":"jti:new"}`]);
        uids.push(`new${i}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    let done = 0;
    for (let round = 0; round < 10; round++)
      for (const outcome of await Promise.all([log, log, other, other].map((each) => failure(each.compact()))))
        done += outcome === 'it did not fail' ? 1 : 0;
    stop.abort();
    await writing;
    expect(done).toBeGreaterThan(5);
    const { entries } = await readAll(log);
    const kept = new Set(entries.map((entry) => /"uid":"(\w+)"/.exec(entry)![1]));
    expect(uids.filter((uid) => !kept.has(uid))).toEqual([]);
    expect(kept.size).toBe(1500 + uids.length);
    expect(await redis.ask('KEYS', '*')).toEqual([KEY]);
  }, 60_000);

  it.each([
    [
      'deleted',
      () =>
        redis.ask(
          'EVAL',
          `for _, key in ipairs(redis.call('KEYS', '*:compacting:*')) do redis.call('DEL', key) end`,
          '0',
        ),
    ],
    [
      'cut off',
      () =>
        redis.ask(
          'EVAL',
          `for _, key in ipairs(redis.call('KEYS', '*:compacting:*')) do redis.call('XTRIM', key, 'MAXLEN', 10) end`,
          '0',
        ),
    ],
  ])(
    'is left as it was when the copy is %s by others',
    async (_name, damage) => {
      const log = open({ url: redis.url });
      await log.append(Array.from({ length: 9000 }, (_, i) => `{"uid":"uid${i}","id":"jti:${i}"}`));
      await log.append(['{"uid":"uid0","id":"jti:0"}', 'last']);
      const done = new AbortController();
      const compacting = failure(log.compact()).finally(() => done.abort());
      while (!done.signal.aborted) await damage();
      expect(await compacting).toMatch(/lost a part of the copy|others change it all the time|the server answered ERR/);
      expect((await readAll(log)).entries.length).toBe(9002);
    },
    30_000,
  );

  it('is not read again by those that have read it', async () => {
    const log = open({ url: redis.url });
    await log.append(['{"uid":"a","id":"jti:a"}', '{"uid":"a","id":"jti:a"}', 'last']);
    const { cursor } = await readAll(log);
    const { life } = await log.read(cursor);
    await log.compact();
    for (let i = 0; i < 8; i++) expect(await log.read(cursor)).toMatchObject({ entries: [], rewritten: false, life });
  });

  it.each([
    ['XDEL', async () => redis.ask('XDEL', KEY, ((await redis.ask('XRANGE', KEY, '-', '+')) as [string][])[1]![0])],
    ['XTRIM', () => redis.ask('XTRIM', KEY, 'MAXLEN', '3')],
  ])('still shows that others have removed entries, by %s just before', async (_name, remove) => {
    const log = open({ url: redis.url });
    const entries = ['a', 'b', 'b', 'c', 'c'].map((id) => `{"uid":"${id}","id":"jti:${id}"}`);
    await log.append([...entries, 'last']);
    const { cursor } = await readAll(log);
    const { life } = await log.read(cursor);
    await remove();
    await open({ url: redis.url }).compact();
    const pages = [];
    for (let i = 0; i < 4; i++) pages.push(await log.read(cursor));
    const noticed = pages.find(({ rewritten }) => rewritten);
    expect(noticed).toBeDefined();
    expect(noticed!.life).not.toBe(life);
    // Whoever reads it first after the compaction waits for those that put it back.
    expect((await open({ url: redis.url }).read()).life).not.toBe(life);
  });

  it('gives no id twice whose entry was removed', async () => {
    const log = open({ url: redis.url });
    await log.append(['{"uid":"a","id":"jti:a"}', '{"uid":"a","id":"jti:a"}', 'kept']);
    const far = '99999999999999-0';
    await redis.ask('XADD', KEY, far, 'e', 'removed');
    await redis.ask('XDEL', KEY, far);
    await log.compact();
    expect(await redis.ask('XADD', KEY, '*', 'e', 'next')).toBe('99999999999999-1');
  });
});
