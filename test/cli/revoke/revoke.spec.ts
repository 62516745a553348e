import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { environment, foreignKey, token } from '../../support/issuer.js';
import { Link } from '../../support/link.js';
import { cleanEnvironment, freePort, root } from '../../support/process.js';
import { describeOnOwnRedis, RedisServer } from '../../support/redis.js';

const KEY = 'scaleway-auth:revocations';
const CLI = ['dist/esm/cli/main.js', 'revoke'];

interface Given {
  readonly input?: string;
  readonly url?: string | undefined;
  readonly env?: Record<string, string>;
  readonly stdout?: number;
}

function revoke(args: string[], { input = '', url, env = {}, stdout: out }: Given = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...CLI, ...args], {
    cwd: root,
    input,
    env: cleanEnvironment({ REVOCATION_STORE_URL: url, ...env }),
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['pipe', out ?? 'pipe', 'pipe'],
  });
  return { status, stdout, stderr };
}

/** The same without blocking this process, in which a link may run. */
function revokeBeside(args: string[], url: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...CLI, ...args], {
    cwd: root,
    env: cleanEnvironment({ REVOCATION_STORE_URL: url }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
}

describe('revoke refuses with its usage and exit code 2', () => {
  it.each([
    [[], 'Give exactly one of'],
    [['--list', '--token'], 'Give exactly one of'],
    [['--list'], 'Name the store with --store'],
    [['--list', '--store', 'ftp://user:secret@host'], 'The URL of the store of revocations must begin with'],
    [['--list', '--store', 'secret'], 'The URL of the store of revocations must begin with'],
    [['--list', '--store', 'redis://user:secret@host/secret'], 'must end in the number of a database'],
    [['--list', '--store', 'redis://host', '--wait-replicas', 'some'], '--wait-replicas must be'],
    [['--list', '--store', 'redis://host', '--key', ''], 'key must be'],
    [['--token-id', 'x', '--scope', 'namespace'], '--scope goes with --issued-before'],
    [['--issued-before', 'now', '--scope', 'all', '--store', 'redis://host'], 'scope must be'],
    [['--token-id', '', '--store', 'redis://host'], 'tokenId must be'],
    [['--fingerprint', 'AB', '--store', 'redis://host'], 'fingerprint must be'],
    [['--list', '--expires-at', '2030-01-01T00:00:00Z'], '--expires-at goes with'],
    [['--token-id', 'x', '--expires-at', 'tomorrow'], '--expires-at must be a time with its zone'],
    [['--token-id', 'x', '--expires-at', '2030-02-31T00:00:00Z'], '--expires-at must be a time with its zone'],
    [['--issued-before', '2030-01-01'], '--issued-before must be a time with its zone'],
    [['--list', '--new'], '--new goes with what adds an entry'],
    [['--list', '--store', 'redis://:secret%@host'], 'must write a percent sign in a name or password as %25'],
    [['--nonsense'], 'nonsense'],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = revoke(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: nestjs-scaleway-auth revoke');
    expect(stderr).not.toContain('secret');
  });
});

it('says why the store cannot be reached, and that nothing was changed', async () => {
  const { status, stderr } = revoke(['--token-id', 'x'], { url: `redis://user:secret@127.0.0.1:${await freePort()}` });
  expect([status, stderr]).toEqual([
    1,
    'nestjs-scaleway-auth revoke: The store of revocations has not acknowledged the change (connection refused). Nothing was changed.\n',
  ]);
}, 30_000);

describeOnOwnRedis('revoke, on Redis', () => {
  const redis: RedisServer = new RedisServer(['--appendonly', 'yes', '--unixsocket', 'redis.sock']);
  const onRedis = (args: string[], given: Given = {}) => revoke(args, { url: redis.url, ...given });
  const listed = () =>
    onRedis(['--list', '--json'])
      .stdout.split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; before: string | null; until: string | null });
  beforeAll(() => redis.start());
  beforeEach(async () => {
    await redis.ask('FLUSHALL');
    // As a container leaves it that has found no list.
    await redis.ask('XADD', KEY, '*', 'e', '{"whole":""}');
  });
  afterAll(() => redis.remove());

  it('puts entries on the list, prints it, and takes them off', () => {
    const text = token();
    const fingerprint = createHash('sha256').update(text).digest('hex');
    expect(onRedis(['--token'], { input: `"Bearer ${text}"\n` })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`sha256:${fingerprint}`),
    });
    expect(onRedis(['--token-id', 'one', '--expires-at', '2130-01-01T00:00:00Z'])).toEqual({
      status: 0,
      stdout: 'jti:one  until 2130-01-01T00:00:00.000Z\n',
      stderr: '',
    });
    expect(onRedis(['--issued-before', '2026-01-31T18:00:00+01:00', '--scope', 'namespace']).stdout).toBe(
      'before:namespace  before 2026-01-31T17:00:00.000Z\n',
    );
    const { stdout } = onRedis(['--list']);
    expect(stdout).not.toContain(text);
    expect(listed().map(({ id }) => id)).toEqual(['before:namespace', `sha256:${fingerprint}`, 'jti:one'].toSorted());

    expect(onRedis(['--undo', 'jti:one']).status).toBe(0);
    expect(onRedis(['--undo', 'jti:one'])).toMatchObject({
      status: 1,
      stderr: 'There is no such entry on the list, as the store has it now.\n',
    });
    expect(onRedis(['--list']).stdout).not.toContain('jti:one');
    expect(onRedis(['--compact']).stdout).toBe('5 entries before, 4 after\n');
    expect(listed().length).toBe(2);
  }, 60_000);

  it('keeps the later of two times, and an entry without an end', () => {
    for (const time of ['2026-03-01T00:00:00Z', '2026-01-01T00:00:00Z']) onRedis(['--issued-before', time]);
    onRedis(['--token-id', 'one']);
    onRedis(['--token-id', 'one', '--expires-at', '2130-01-01T00:00:00Z']);
    expect(listed()).toEqual([
      { id: 'before:container', before: '2026-03-01T00:00:00.000Z', until: null },
      { id: 'jti:one', before: null, until: null },
    ]);
  }, 30_000);

  it('writes to the same list through every kind of URL', () => {
    const urls = [redis.url, redis.url.replace('redis:', 'valkey:'), `unix:${join(redis.folder, 'redis.sock')}`];
    urls.forEach((url, i) => expect(revoke(['--token-id', `id${i}`], { url }).status).toBe(0));
    expect(listed().map(({ id }) => id)).toEqual(['jti:id0', 'jti:id1', 'jti:id2']);
  }, 30_000);

  it('begins no list under a key that no container uses, unless it is told to', () => {
    const elsewhere = (...args: string[]) => onRedis([...args, '--key', 'mistyped']);
    for (let i = 0; i < 3; i++) {
      const { status, stdout, stderr } = elsewhere('--token-id', 'one');
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain('There is no list under this key, so no container has used it. Nothing was changed.');
    }
    expect(elsewhere('--list')).toMatchObject({ status: 0, stderr: expect.stringContaining('There is no list') });
    expect(elsewhere('--token-id', 'one', '--new')).toMatchObject({ status: 0, stderr: '' });
    expect(elsewhere('--token-id', 'two')).toMatchObject({ status: 0, stderr: '' });
    expect(listed()).toEqual([]);
  }, 30_000);

  it('warns when the server may lose the entry', async () => {
    expect(onRedis(['--token-id', 'two']).stderr).toBe('');
    for (const setting of [
      ['appendonly', 'no'],
      ['maxmemory-policy', 'allkeys-lru'],
    ])
      await redis.ask('CONFIG', 'SET', ...setting);
    const { status, stderr } = onRedis(['--token-id', 'three']);
    expect(status).toBe(0);
    expect(stderr).toContain('keeps no append-only file');
    expect(stderr).toContain('may evict the list (maxmemory-policy allkeys-lru)');
    await redis.ask('CONFIG', 'SET', 'appendonly', 'yes');
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  }, 30_000);

  it('says that an entry has ended already', () => {
    const { status, stderr } = onRedis(['--token-id', 'one', '--expires-at', '2020-01-01T00:00:00Z']);
    expect([status, stderr]).toEqual([0, expect.stringContaining('Note: the entry ended at 2020-01-01T00:00:00.000Z')]);
  }, 30_000);

  it('says that a time is yet to come', () => {
    const { status, stderr } = onRedis(['--issued-before', '2130-01-01T00:00:00Z', '--scope', 'application']);
    expect([status, stderr]).toEqual([0, expect.stringContaining('tokens that are issued until then are refused')]);
    expect(onRedis(['--undo', 'before:application']).status).toBe(0);
  }, 30_000);

  it('prints ids that cannot control a terminal, and takes them back as it has printed them', () => {
    const ids = ['"quotes" back\\slash \\u0041 é😀', '\u001b[31mred\u009b\u202e\u2028line\nbreak'];
    for (const tokenId of ids) {
      const { status, stdout } = onRedis(['--token-id', tokenId]);
      expect(status).toBe(0);
      const shown = onRedis(['--list']).stdout;
      expect(shown).toContain(stdout);
      for (const text of [stdout, shown, onRedis(['--list', '--json']).stdout])
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(listed().map(({ id }) => id)).toEqual([`jti:${tokenId}`]);
      expect(onRedis(['--undo', stdout.trim()])).toMatchObject({ status: 0, stderr: '' });
      expect(listed()).toEqual([]);
    }
    onRedis(['--token-id', ids[0]!]);
    expect(onRedis(['--undo', `jti:${ids[0]}`]).status).toBe(0);
  }, 60_000);

  it('appends nothing on a replica, though it accepts writes', async () => {
    const replica = new RedisServer(['--replicaof', '127.0.0.1', String(redis.port), '--replica-read-only', 'no']);
    await replica.start();
    while (!String(await redis.ask('INFO', 'replication')).includes('state=online'))
      await new Promise((go) => setTimeout(go, 50));
    const { status, stderr } = onRedis(['--token-id', 'one'], { url: replica.url });
    await replica.remove();
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('(the server is a read-only replica). Nothing was changed'),
    ]);
    expect(listed()).toEqual([]);
  }, 30_000);

  it('ends when a password is missing', async () => {
    const server = new RedisServer(['--requirepass', 'secret']);
    await server.start();
    const { status, stderr } = onRedis(['--token-id', 'one'], { url: server.url });
    await server.remove();
    expect([status, stderr]).toEqual([1, expect.stringContaining('requires a password). Nothing was changed')]);
  }, 30_000);

  it.each([
    ['out of memory', ['maxmemory', '1'], ['maxmemory', '0']],
    ['too few replicas', ['min-replicas-to-write', '1'], ['min-replicas-to-write', '0']],
  ])(
    'does not say that it is done when the server refuses: %s',
    async (cause, breakIt, mendIt) => {
      onRedis(['--issued-before', '2026-01-01T00:00:00Z']);
      await redis.ask('CONFIG', 'SET', ...breakIt);
      const { status, stdout, stderr } = onRedis(['--issued-before', '2026-02-01T00:00:00Z']);
      await redis.ask('CONFIG', 'SET', ...mendIt);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain(cause);
      expect(stderr).toContain('Nothing was changed');
    },
    30_000,
  );

  it('fails when too few replicas of the server acknowledge', () => {
    const { status, stderr } = onRedis(['--token-id', 'one', '--wait-replicas', '1']);
    expect([status, stderr]).toEqual([1, expect.stringContaining('only 0 of 1 replicas acknowledged it')]);
  }, 30_000);

  it('refuses what is no token, or none of the container’s, and does not repeat it', () => {
    const foreign = token({}, foreignKey);
    for (const [input, message] of [
      ['secret-secret', 'token must be a JSON Web Token'],
      [foreign, 'not one that this container lets in (bad_signature)'],
    ] as const) {
      const { status, stderr } = onRedis(['--token'], { input, env: environment });
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(stderr).not.toContain(input);
    }
    expect(onRedis(['--token'], { input: token(), env: environment }).status).toBe(0);
    const unchecked = onRedis(['--token'], { input: foreign });
    expect([unchecked.status, unchecked.stderr]).toEqual([0, expect.stringContaining('signature was not verified')]);
  }, 30_000);

  it('fails when its output cannot be written', async () => {
    onRedis(['--token-id', 'one']);
    const full = onRedis(['--list'], { stdout: openSync('/dev/full', 'w') });
    expect([full.status, full.stderr]).toEqual([1, expect.stringMatching(/ENOSPC/)]);
    const done = onRedis(['--token-id', 'two'], { stdout: openSync('/dev/full', 'w') });
    expect(done).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'The server has acknowledged jti:two, which counts. The output cannot be written',
      ),
    });
    expect(listed().map(({ id }) => id)).toContain('jti:two');

    for (let i = 0; i < 20_000; i += 500)
      await redis.ask(
        'EVAL',
        `for i = 0, 499 do redis.call('XADD', KEYS[1], '*', 'e', '{"uid":"u' .. (ARGV[1] + i) .. '","id":"jti:' .. (ARGV[1] + i) .. '"}') end`,
        '1',
        KEY,
        String(i),
      );
    const command = `"${process.execPath}" ${CLI.join(' ')} --list --json | head -1; exit "\${PIPESTATUS[0]}"`;
    const closed = spawnSync('bash', ['-c', command], {
      cwd: root,
      env: cleanEnvironment({ REVOCATION_STORE_URL: redis.url }),
      encoding: 'utf8',
    });
    expect([closed.status, closed.stderr]).toEqual([
      1,
      expect.stringContaining('The output cannot be written (EPIPE)'),
    ]);
  }, 60_000);

  it('works over a link of 80 milliseconds, with 100,000 entries', async () => {
    await redis.ask(
      'EVAL',
      `for i = 1, 100000 do redis.call('XADD', KEYS[1], '*', 'e', '{"uid":"u' .. i .. '","id":"jti:' .. i .. '"}') end`,
      '1',
      KEY,
    );
    const link = await new Link(redis.port).open();
    link.delayMs = 40;
    const timed = async (...args: string[]) => {
      const began = performance.now();
      const result = await revokeBeside(args, link.url);
      return { ...result, seconds: (performance.now() - began) / 1000 };
    };
    try {
      const revoked = await timed('--token-id', 'one');
      expect([revoked.status, revoked.stdout]).toEqual([0, 'jti:one\n']);
      const all = await timed('--list');
      expect([all.status, all.stdout.split('\n').length]).toEqual([0, 100_002]);
      const undone = await timed('--undo', 'jti:50000');
      expect(undone.status).toBe(0);
      const times = [revoked, all, undone].map(({ seconds }) => seconds);
      if (process.env['SHOW_TIMES'])
        console.log(`over 80 ms, with 100,000 entries: revoke, list, undo in ${times.join(', ')} s`);
      // Not in proportion to the list.
      expect(revoked.seconds).toBeLessThan(4);
    } finally {
      await link.close();
    }
    expect(onRedis(['--list']).stdout.split('\n').length).toBe(100_001);
  }, 90_000);
});
