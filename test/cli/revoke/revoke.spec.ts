import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { token } from '../../support/issuer.js';
import { cleanEnvironment, freePort, root } from '../../support/process.js';
import { describeOnRedis, type Redis, startRedis } from '../../support/redis.js';

function revoke(args: string[], { input = '', url }: { input?: string; url?: string | undefined } = {}) {
  const argv = ['dist/esm/cli/main.js', 'revoke', ...args];
  const env = cleanEnvironment({ REVOCATION_STORE_URL: url });
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: root,
    input,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

describe('revoke refuses with its usage and exit code 2', () => {
  it.each([
    [[], 'Give exactly one of'],
    [['--list', '--token'], 'Give exactly one of'],
    [['--list'], 'Name the store with --store'],
    [['--list', '--store', 'ftp://user:secret@host'], "The store's URL must begin with"],
    [['--list', '--store', 'secret'], "The store's URL must begin with"],
    [['--token-id', 'x', '--scope', 'namespace'], '--scope goes with --issued-before'],
    [['--list', '--expires-at', '2030-01-01T00:00:00Z'], '--expires-at goes with'],
    [['--token-id', 'x', '--expires-at', 'tomorrow'], '--expires-at must be a time with its zone'],
    [['--issued-before', '2030-01-01'], '--issued-before must be a time with its zone'],
    [['--nonsense'], 'nonsense'],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = revoke(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: nestjs-scaleway-auth revoke');
    expect(stderr).not.toContain('secret');
  });
});

it('says that a store cannot be reached, and ends', async () => {
  const { status, stderr } = revoke(['--token-id', 'x'], { url: `redis://user:secret@127.0.0.1:${await freePort()}` });
  expect([status, stderr]).toEqual([
    1,
    'nestjs-scaleway-auth revoke: The store of revocations cannot be reached. Nothing was changed.\n',
  ]);
}, 30_000);

describeOnRedis('revoke, on Redis', () => {
  let redis: Redis;
  const namespace = randomUUID();
  const onRedis = (args: string[], input?: string) =>
    revoke([...args, '--store-namespace', namespace], { url: redis.url, ...(input !== undefined && { input }) });
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    const store = new Keyv(new KeyvRedis(redis.url), { namespace });
    await store.clear();
    await store.disconnect();
    await redis.remove();
  });

  it('puts entries on the list, prints it, and takes them off', () => {
    const text = token();
    const fingerprint = createHash('sha256').update(text).digest('hex');
    expect(onRedis(['--token'], `${text}\n`)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`sha256:${fingerprint}`),
    });
    expect(onRedis(['--token-id', 'one', '--expires-at', '2030-01-01T00:00:00Z'])).toMatchObject({
      status: 0,
      stdout: 'jti:one  until 2030-01-01T00:00:00.000Z\n',
    });
    expect(onRedis(['--issued-before', '2026-01-31T18:00:00+01:00', '--scope', 'namespace']).stdout).toBe(
      'before:namespace  before 2026-01-31T17:00:00.000Z\n',
    );
    const { stdout } = onRedis(['--list', '--json']);
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id as string);
    expect(ids.toSorted()).toEqual(['before:namespace', 'jti:one', `sha256:${fingerprint}`]);
    expect(stdout).not.toContain(text);

    expect(onRedis(['--undo', 'jti:one']).status).toBe(0);
    expect(onRedis(['--undo', 'jti:one'])).toMatchObject({
      status: 1,
      stderr: 'There is no such entry on the list.\n',
    });
    expect(onRedis(['--list']).stdout).not.toContain('jti:one');
  }, 60_000);

  it('refuses what is no token, and does not repeat it', () => {
    const { status, stderr } = onRedis(['--token'], 'secret-secret');
    expect([status, stderr]).toEqual([2, expect.stringContaining('token must be a JSON Web Token')]);
    expect(stderr).not.toContain('secret-secret');
  });
});
