import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { get } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
import { freePort, type Running, start, untilListening } from '../support/process.js';
import { hasRedisServer, RedisServer } from '../support/redis.js';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A second is what replicas need; the rest is for a machine that is busy with other tests. */
const SOON = 4000;

(hasRedisServer ? describe : describe.skip)('replicas that share a deny list on Redis', () => {
  const redis = new RedisServer();
  const running: Running[] = [];
  const ports: Record<string, number> = {};
  let operator: ScalewayRevocations;

  async function startReplica(name: string, env: Record<string, string> = {}) {
    ports[name] ??= await freePort();
    const all = { ...environment, ...env, PORT: String(ports[name]), STORE_URL: redis.url };
    running.push(start(process.execPath, ['test/revocation/replica.mjs'], all));
    await untilListening(`http://127.0.0.1:${ports[name]}`);
  }

  const ask = async (name: string, text: string) =>
    (await get(`http://127.0.0.1:${ports[name]}/whoami`, { 'X-Auth-Token': text })).status;
  const askAll = (text: string) => Promise.all(['one', 'two', 'three'].map((name) => ask(name, text)));

  /** Asks until the answers are these, for at most this long; gives the last ones. */
  async function within(milliseconds: number, wanted: unknown, answers: () => Promise<unknown>) {
    let last: unknown;
    for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(25)) {
      last = await answers();
      if (JSON.stringify(last) === JSON.stringify(wanted)) break;
    }
    expect(last).toEqual(wanted);
  }

  beforeAll(async () => {
    await redis.start();
    await Promise.all([
      startReplica('one'),
      startReplica('two'),
      startReplica('three'),
      startReplica('refusing', { WHEN_AWAY: 'refuse' }),
      startReplica('accepting', { WHEN_AWAY: 'accept' }),
    ]);
    const store = new Keyv(new KeyvRedis(redis.url), { namespace: 'scaleway-auth' });
    operator = new ScalewayRevocations({ store }, { log() {}, error() {} });
    await operator.start();
  }, 60_000);

  afterAll(async () => {
    await operator.stop();
    for (const { child } of running) child.kill('SIGTERM');
    const ended = await Promise.all(running.map(({ finished }) => finished));
    await redis.remove();
    // SIGTERM ends them by itself: neither the list nor its connection keeps them.
    for (const { code, signal } of ended) expect(code === 0 || signal === 'SIGTERM').toBe(true);
  }, 30_000);

  it('refuse a revoked token everywhere within a second, and take it back when that is undone', async () => {
    const text = token({ jti: 'leaked' });
    expect(await askAll(text)).toEqual([200, 200, 200]);
    const { id } = await operator.revoke({ tokenId: 'leaked' });
    await within(SOON, [401, 401, 401], () => askAll(text));
    expect(await askAll(token())).toEqual([200, 200, 200]);
    expect(await operator.undo(id)).toBe(true);
    await within(SOON, [200, 200, 200], () => askAll(text));
  });

  it('do what they were told while the server is away, and lose nothing when it is back', async () => {
    const [revoked, good] = [token(), token()];
    await operator.revoke({ token: revoked });
    await within(SOON, [401, 401, 401], () => askAll(revoked));
    await within(SOON, 401, () => ask('accepting', revoked));
    await redis.kill();

    await within(4000, [401, 200], () => Promise.all([ask('refusing', good), ask('accepting', good)]));
    expect(await askAll(good)).toEqual([200, 200, 200]);
    expect(await askAll(revoked)).toEqual([401, 401, 401]);
    expect(await ask('accepting', revoked)).toBe(401);
    await expect(operator.revoke({ token: token() })).rejects.toThrow('store of revocations');

    // Without a list of its own a new replica lets nobody in.
    await startReplica('newcomer');
    expect(await ask('newcomer', good)).toBe(401);

    await redis.start();
    await within(8000, [200, 200], () => Promise.all([ask('refusing', good), ask('newcomer', good)]));
    await within(3000, [401, 401, 401], () => askAll(revoked));
    expect(await ask('newcomer', revoked)).toBe(401);
  }, 60_000);

  it('put the list back into a store that has lost it', async () => {
    const text = token();
    await operator.revoke({ token: text });
    await within(SOON, [401, 401, 401], () => askAll(text));
    const keyv = new KeyvRedis(redis.url);
    await ((await keyv.getClient()) as { flushAll(): Promise<unknown> }).flushAll();
    await sleep(1500);
    await within(SOON, [401, 401, 401], () => askAll(text));
    await startReplica('late');
    await within(2000, 401, () => ask('late', text));
    expect(await ask('late', token())).toBe(200);
    await keyv.disconnect();
  }, 30_000);
});
