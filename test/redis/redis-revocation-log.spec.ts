import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Cluster, Redis as Ioredis } from 'ioredis';
import { createClient } from 'redis';
import { type IoredisClient, type NodeRedisClient, RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { freePort } from '../support/process.js';
import { Connection } from '../../lib/redis/connection.js';
import { readPage } from '../../lib/redis/stream.js';
import { describeOnOwnRedis, RedisServer } from '../support/redis.js';
import { connectionsOf, failure, KEY, readAll } from './logs.js';

describeOnOwnRedis('RedisRevocationLog', () => {
  const socket = () => join(redis.folder, 'redis.sock');
  const redis: RedisServer = new RedisServer(['--appendonly', 'no', '--unixsocket', 'redis.sock']);
  const opened: { close(): unknown }[] = [];
  const open = (options: ConstructorParameters<typeof RedisRevocationLog>[0], pageSize?: number) => {
    const log = new RedisRevocationLog(options, undefined, pageSize);
    opened.push(log);
    return log;
  };
  beforeAll(async () => {
    await redis.start();
    // By variables, since only this suite needs them.
    const [redisOf5, ioredisOf5] = ['redis-5', 'ioredis-5'];
    redis5 = (await import(redisOf5!)) as typeof redis5;
    ioredis5 = (await import(ioredisOf5!)) as typeof ioredis5;
  });
  let redis5: { createClient(options: object): unknown };
  let ioredis5: { Redis: new (port: number, options: object) => unknown };
  beforeEach(() => redis.ask('FLUSHALL'));
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });
  afterAll(() => redis.remove());

  const ways: [string, () => ConstructorParameters<typeof RedisRevocationLog>[0]][] = [
    ['a URL', () => ({ url: redis.url })],
    ['a URL of Valkey', () => ({ url: redis.url.replace('redis:', 'valkey:') })],
    ['a socket', () => ({ url: `unix:${socket()}` })],
    ['a client of redis that is not connected', () => ({ client: createClient({ url: redis.url }) })],
    [
      'a client of redis with a prefix for its keys',
      () => ({ client: createClient({ url: redis.url, keyPrefix: 'x:' }) }),
    ],
    ['a client of redis 5', () => ({ client: redis5.createClient({ url: redis.url }) as NodeRedisClient })],
    [
      'a client of ioredis 5',
      () => ({ client: new ioredis5.Redis(redis.port, { lazyConnect: true }) as IoredisClient }),
    ],
    ['a client of ioredis', () => ({ client: new Ioredis(redis.port, { lazyConnect: true, keyPrefix: 'x:' }) })],
  ];

  it.each(ways)('reads what was appended, page by page, under one key, from %s', async (_name, options) => {
    const log = open(options(), 3);
    expect(await log.read()).toMatchObject({ entries: [], cursor: undefined, rewritten: false });
    const texts = Array.from({ length: 10 }, (_, i) => `entry ${i} "é\n`);
    for (const text of texts) await log.append([text]);
    const { entries, cursor, pages } = await readAll(log);
    expect([entries, pages]).toEqual([texts, 4]);
    expect(await log.read(cursor)).toMatchObject({ entries: [], cursor, rewritten: false });
    expect(await redis.ask('KEYS', '*')).toEqual([KEY]);
    await log.append(['later']);
    expect((await readAll(log, cursor)).entries).toEqual(['later']);
  });

  it.each(ways)('tells that the log was emptied, or cut off at the end, from %s', async (_name, options) => {
    const log = open(options());
    await log.append(['one']);
    const ofOne = (await log.read()).cursor;
    await log.append(['two']);
    const { cursor } = await readAll(log);
    const [, [id]] = (await redis.ask('XRANGE', KEY, '-', '+')) as [unknown, [string]];
    await redis.ask('XDEL', KEY, id);
    expect(await log.read(cursor)).toMatchObject({ entries: ['one'], cursor: ofOne, rewritten: true });
    await redis.ask('FLUSHALL');
    expect(await log.read(cursor)).toMatchObject({ entries: [], cursor: undefined, rewritten: true });
    // Another entry with the very same id, as a server with a slow clock gives it after a failover.
    await redis.ask('XADD', KEY, id, 'e', 'three');
    expect(await log.read(cursor)).toMatchObject({ entries: ['three'], rewritten: true });
  });

  it.each(ways)('tells that entries were removed before the cursor, from %s', async (_name, options) => {
    const log = open(options());
    await log.append(['one', 'two', 'three', 'four']);
    const first = await log.read();
    const [, [id]] = (await redis.ask('XRANGE', KEY, '-', '+')) as [unknown, [string]];
    for (const [remove, left] of [
      [
        ['XDEL', KEY, id],
        ['one', 'three', 'four'],
      ],
      [
        ['XTRIM', KEY, 'MAXLEN', '2'],
        ['three', 'four'],
      ],
    ] as const) {
      let page = await log.read((await readAll(log)).cursor);
      const { life } = page;
      await redis.ask(...remove);
      // The first answer may get lost on its way to who asked.
      const { cursor } = page;
      for (let answers = 0; answers < 2; answers++) {
        page = await log.read(cursor);
        for (let i = 0; i < 3 && !page.rewritten; i++) page = await log.read(cursor);
      }
      expect(page).toMatchObject({ entries: left, rewritten: true });
      expect(page.life).not.toBe(life);
    }
    // So that one that starts does not take what is left for the whole list.
    expect((await open(options()).read()).life).not.toBe(first.life);
  });

  it.each(ways)('makes no connection that stays, where a password is missing, from %s', async (_name, options) => {
    const admin = new Ioredis(redis.port);
    await admin.config('SET', 'requirepass', 's3cret');
    try {
      const log = open(options());
      const before = await connectionsOf(admin);
      for (let i = 0; i < 5; i++)
        expect(await failure(log.read())).toBe(
          'RevocationLogError: authentication failed: the server requires a password',
        );
      expect(await connectionsOf(admin)).toBe(before);
    } finally {
      await admin.config('SET', 'requirepass', '');
      admin.disconnect();
    }
  });

  it('asks twice, and for a few bytes, when there is nothing new', async () => {
    const log = open({ url: redis.url });
    for (let i = 0; i < 100; i++) await log.append([JSON.stringify({ uid: 'aaaaaaaaaaaa', id: `jti:${i}` })]);
    const { cursor } = await readAll(log);
    const stat = async (name: string) =>
      Number(new RegExp(`${name}:(\\d+)`).exec(String(await redis.ask('INFO', 'stats')))![1]);
    const [commands, bytes] = [await stat('total_commands_processed'), await stat('total_net_output_bytes')];
    for (let i = 0; i < 100; i++) await log.read(cursor);
    // One in four asks whether entries were removed. The questions of this test are a connection and an INFO each.
    expect((await stat('total_commands_processed')) - commands).toBeLessThan(225 + 20);
    expect((await stat('total_net_output_bytes')) - bytes).toBeLessThan(100 * 300 + 15_000);
  });

  it('skips what others write into the stream', async () => {
    const log = open({ url: redis.url });
    await redis.ask('XADD', KEY, '*', 'other', 'field', 'e', 'hidden');
    await redis.ask('XADD', KEY, '*', 'e', 'x'.repeat(100_000), 'more', 'fields');
    await log.append(['own']);
    const { entries, cursor } = await readAll(log);
    expect(entries).toEqual(['', 'x'.repeat(100_000), 'own']);
    expect(await log.read(cursor)).toMatchObject({ entries: [], rewritten: false });
  });

  describe('names the cause of a failure, without the URL', () => {
    const withPassword = (url: string) => url.replace('://', '://user:s3cret@');

    it('of the connection', async () => {
      const nobody = await freePort();
      for (const [url, cause] of [
        [withPassword(redis.url), 'authentication failed: wrong user name or password'],
        [withPassword(`redis://127.0.0.1:${nobody}`), 'connection refused'],
        ['redis://user:s3cret@no-such-host.invalid', 'unknown host'],
        ['unix:/no/such/s3cret.sock', 'no such socket'],
      ] as const)
        for (const options of [
          { url },
          ...(url.startsWith('unix') ? [] : [{ client: new Ioredis(url, { lazyConnect: true }) }]),
        ])
          expect(await failure(open(options).append(['x']))).toBe(`RevocationLogError: ${cause}`);
    });

    it('of the server, which has then changed nothing', async () => {
      const log = open({ url: redis.url });
      await log.append(['one']);
      const cases: [string[], string[], string][] = [
        [['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], 'out of memory'],
        [
          ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
          ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
          'too few replicas',
        ],
        [['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE'], 'read-only replica'],
        [['ACL', 'SETUSER', 'default', '-xadd'], ['ACL', 'SETUSER', 'default', '+xadd'], 'permission denied'],
        [['RENAME', KEY, 'kept'], ['RENAME', 'kept', KEY], ''],
      ];
      for (const [breakIt, mendIt, cause] of cases) {
        await redis.ask(...breakIt);
        if (breakIt[0] === 'RENAME') await redis.ask('SET', KEY, 'a string');
        const error = await log.append(['x']).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        await redis.ask(...mendIt);
        expect(error).toMatchObject({ name: 'RevocationLogError', unchanged: true });
        expect(String(error)).toContain(cause || 'another type than a stream');
      }
      expect((await readAll(log)).entries).toEqual(['one']);
      await log.append(['two']);
    });

    it('of a server that does not answer, and may have done it', async () => {
      const log = open({ url: redis.url });
      await log.append(['one']);
      redis.freeze();
      const error = await log.append(['two']).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      redis.thaw();
      expect(error).toMatchObject({ message: 'no answer in time', unchanged: false });
    });

    it.each(['http://user:s3cret@host', 's3cret', 'redis://host/s3cret', 'redis://:s3cret%@host', 'unix:/s3cret%', ''])(
      'of the URL %j',
      (url) => {
        expect(() => new RedisRevocationLog({ url })).toThrow(/^The URL of the store of revocations must (?!.*s3cret)/);
      },
    );
  });

  it('does not believe a server that was demoted', async () => {
    const log = open({ url: redis.url });
    await log.append(['one']);
    await log.read();
    await redis.ask('REPLICAOF', '127.0.0.1', '1');
    try {
      expect(await failure(log.read())).toBe('RevocationLogError: the server is a read-only replica');
    } finally {
      await redis.ask('REPLICAOF', 'NO', 'ONE');
    }
    expect((await log.read()).entries).toEqual(['one']);
  });

  it('does not take an append on a replica that accepts writes for acknowledged', async () => {
    const log = open({ url: redis.url });
    await log.append(['one']);
    await redis.ask('CONFIG', 'SET', 'replica-read-only', 'no');
    await redis.ask('REPLICAOF', '127.0.0.1', '1');
    try {
      // On a connection that was made when it was a master, and on a new one.
      expect(await failure(log.append(['two']))).toContain('the server is a replica, and may lose it');
      const late = open({ url: redis.url }).append(['three']);
      await expect(late).rejects.toMatchObject({ message: 'the server is a read-only replica', unchanged: true });
    } finally {
      await redis.ask('REPLICAOF', 'NO', 'ONE');
      await redis.ask('CONFIG', 'SET', 'replica-read-only', 'yes');
    }
    expect((await readAll(log)).entries).toEqual(['one', 'two']);
  });

  it('says that the server has an entry of which it may not wait for replicas', async () => {
    await redis.ask('ACL', 'SETUSER', 'app', 'on', '>pw', `~${KEY}`, '+xadd', '+xrange', '+hello', '+auth');
    const log = open({ url: redis.url.replace('://', '://app:pw@'), waitReplicas: 1 });
    await expect(log.append(['one'])).rejects.toMatchObject({
      message: 'the server has it; whether its replicas have is unknown: permission denied: the user may not run WAIT',
      unchanged: false,
    });
    await redis.ask('ACL', 'DELUSER', 'app');
    expect((await readAll(open({ url: redis.url }))).entries).toEqual(['one']);
  });

  it('refuses clients that stand for several connections or servers', async () => {
    const { createCluster, createClientPool, createSentinel } = await import('redis');
    const rootNodes = [{ url: redis.url }];
    for (const client of [
      createCluster({ rootNodes }),
      createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: redis.port }] }),
      createClientPool({ url: redis.url }),
      new Cluster([redis.url], { lazyConnect: true }),
      {},
      undefined,
    ])
      expect(() => new RedisRevocationLog({ client: client as never })).toThrow(
        /^RedisRevocationLog: client must be createClient\(\) of 'redis' or new Redis\(\) of 'ioredis'/,
      );
  });

  it('needs no more rights than the manual says', async () => {
    const grant = (...rights: string[]) => redis.ask('ACL', 'SETUSER', 'app', 'reset', 'on', '>pw', ...rights);
    const url = redis.url.replace('://', '://app:pw@');
    const [key, ofContainer] = [`~${KEY}`, ['+xadd', '+xrange']];

    await grant(key, ...ofContainer);
    const log = open({ url });
    await log.append(['one']);
    const { cursor } = await log.read();
    await log.append(['two']);
    for (let i = 0; i < 5; i++) expect(await log.read(cursor)).toMatchObject({ entries: ['two'], life: ':0' });
    expect(await log.describe()).toMatchObject({ isEmpty: false, runId: undefined });

    await grant(key, ...ofContainer, '+xinfo|stream', '+info', '+role');
    expect((await open({ url }).read()).life).toMatch(/^\w{40}:0$/);

    await grant(key, ...ofContainer, '+wait');
    expect(await failure(open({ url, waitReplicas: 1 }).append(['three']))).toContain('only 0 of 1 replicas');

    const ofCompaction = ['+xinfo|stream', '+xsetid', '+xlen', '+watch', '+rename', '+del', '+expire', '+persist'];
    await grant(key, `~${KEY}:compacting:*`, ...ofContainer, ...ofCompaction, '+time', '+multi', '+exec', '+unwatch');
    await log.append(['{"restored":"x"}', 'last']);
    expect(await open({ url }).compact()).toEqual({ before: 5, after: 4 });
    expect(await redis.ask('KEYS', '*')).toEqual([KEY]);
    await redis.ask('ACL', 'DELUSER', 'app');
  });

  it('waits for replicas where it is told to, and does not hold up readers', async () => {
    const replica = new RedisServer(['--replicaof', '127.0.0.1', String(redis.port)]);
    await replica.start();
    try {
      const log = open({ url: redis.url, waitReplicas: 1 });
      while (!String(await redis.ask('INFO', 'replication')).includes('state=online'))
        await new Promise((go) => setTimeout(go, 50));
      await log.append(['one']);
      replica.freeze();
      const appended = failure(log.append(['two']));
      const asked = performance.now();
      expect((await log.read()).entries[0]).toBe('one');
      // What is put back waits for the server alone.
      await log.append(['put back'], 'upkeep');
      expect(performance.now() - asked).toBeLessThan(1500);
      expect(await appended).toBe('RevocationLogError: the server has it, but only 0 of 1 replicas acknowledged it');
      replica.thaw();
    } finally {
      await replica.remove();
    }
  });

  it('speaks TLS, and says when the certificate is not trusted', async () => {
    const folder = redis.folder;
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, '-keyout', 'k.pem', '-out', 'c.pem'], { cwd: folder, stdio: 'ignore' }); // prettier-ignore
    const port = await freePort();
    const files = [
      '--tls-cert-file',
      join(folder, 'c.pem'),
      '--tls-key-file',
      join(folder, 'k.pem'),
      '--tls-ca-cert-file',
      join(folder, 'c.pem'),
    ];
    const server = new RedisServer(['--tls-port', String(port), ...files, '--tls-auth-clients', 'no']);
    await server.start();
    try {
      const url = `rediss://localhost:${port}`;
      expect(await failure(open({ url }).read())).toMatch(/^RevocationLogError: TLS failed: \w+$/);
      const { readFileSync } = await import('node:fs');
      const ca = readFileSync(join(folder, 'c.pem'));
      const trusting = [
        { client: createClient({ socket: { host: 'localhost', port, tls: true, ca } }) },
        { client: new Ioredis({ host: 'localhost', port, tls: { ca }, lazyConnect: true }) },
      ];
      for (const options of trusting) expect((await open(options).read()).entries).toEqual([]);
    } finally {
      await server.remove();
    }
  });

  it('notices that entries were removed, however many applications read it at once', async () => {
    const log = open({ url: redis.url });
    await log.append(['{"uid":"a","id":"jti:a"}']);
    await log.append(['{"uid":"b","id":"jti:b"}']);
    let cursors = await Promise.all([1, 2, 3].map(async () => (await log.read()).cursor));
    const readTogether = async () => {
      const pages = await Promise.all(cursors.map((cursor) => log.read(cursor)));
      cursors = pages.map(({ cursor }) => cursor);
      return pages.map(({ rewritten }) => rewritten);
    };
    for (let i = 0; i < 10; i++) await readTogether();
    await redis.ask('XTRIM', KEY, 'MAXLEN', '1');
    const noticed = [false, false, false];
    for (let i = 0; i < 5; i++) for (const [k, each] of (await readTogether()).entries()) noticed[k] ||= each;
    expect(noticed).toEqual([true, true, true]);
  });

  it('counts what was removed before it reads for the first time, so that a removal in between is noticed', async () => {
    const asked: string[] = [];
    const connection = Connection.of(
      async ([name = '']) => {
        asked.push(name);
        return name === 'XRANGE' ? [] : name === 'ROLE' ? ['master'] : ['entries-added', 5, 'length', 5];
      },
      () => {},
    );
    await readPage(connection, KEY, undefined, 10, undefined);
    expect(asked.slice(0, 2)).toEqual(['XINFO', 'XRANGE']);
  });

  it('leaves no connection behind when it is closed, and connects again when it is used again', async () => {
    const log = open({ url: redis.url });
    const count = async () =>
      String(await redis.ask('CLIENT', 'LIST'))
        .trim()
        .split('\n').length;
    const before = await count();
    await log.read();
    expect(await count()).toBe(before + 1);
    await log.close();
    expect(await count()).toBe(before);
    await log.read();
    expect(await count()).toBe(before + 1);
    await log.close();
    expect(await count()).toBe(before);
  });
});
