import { randomUUID } from 'node:crypto';
import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { get } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
import { freePort, type Running, start, untilListening } from '../support/process.js';
import { describeOnOwnRedis, describeOnRedis, type Redis, RedisServer, startRedis } from '../support/redis.js';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A second is what replicas need; the rest is for a machine that is busy with other tests. */
const SOON = 4000;

const SAMPLE = 'dist/sample/main.js';
/** The sample has no setting for what it does while the store is away. */
const REPLICA = 'test/revocation/replica.mjs';

/** Processes of one container, each with its own port, that share the deny list on a Redis. */
class Replicas {
  private readonly running: Running[] = [];
  private readonly ports: Record<string, number> = {};
  readonly operator: ScalewayRevocations;

  constructor(private readonly url: string) {
    const store = new Keyv(new KeyvRedis(url), { namespace: 'scaleway-auth' });
    this.operator = new ScalewayRevocations({ store }, { log() {}, error() {} });
  }

  async start(names: readonly string[], program = SAMPLE, env: Record<string, string> = {}): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const port = (this.ports[name] = await freePort());
        const all = { ...environment, DOCS: 'off', ...env, PORT: String(port), REVOCATION_STORE_URL: this.url };
        this.running.push(start(process.execPath, [program], all));
        await untilListening(`http://127.0.0.1:${port}`);
      }),
    );
  }

  ask = async (name: string, text: string) =>
    (await get(`http://127.0.0.1:${this.ports[name]}/whoami`, { 'X-Auth-Token': text })).status;
  askAll = (text: string) => Promise.all(['one', 'two', 'three'].map((name) => this.ask(name, text)));

  /** SIGTERM ends them by itself: neither the list nor its connection keeps them. */
  async end(): Promise<void> {
    await this.operator.stop();
    for (const { child } of this.running) child.kill('SIGTERM');
    const ended = await Promise.all(this.running.map(({ finished }) => finished));
    for (const { code, signal } of ended) expect(code === 0 || signal === 'SIGTERM').toBe(true);
  }
}

/** Asks until the answers are these, for at most this long; gives the last ones. */
async function within(milliseconds: number, wanted: unknown, answers: () => Promise<unknown>) {
  let last: unknown;
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(25)) {
    last = await answers();
    if (JSON.stringify(last) === JSON.stringify(wanted)) break;
  }
  expect(last).toEqual(wanted);
}

/** Three replicas of the sample, and what else is started beside them, on a Redis that ends with them. */
function replicasOn(startServer: () => Promise<Redis>, startOthers?: (replicas: Replicas) => Promise<unknown>) {
  const used = {} as { redis: Redis; replicas: Replicas };
  beforeAll(async () => {
    used.redis = await startServer();
    const replicas = (used.replicas = new Replicas(used.redis.url));
    await Promise.all([replicas.start(['one', 'two', 'three']), startOthers?.(replicas)]);
    await replicas.operator.start();
  }, 60_000);
  afterAll(async () => {
    await used.replicas.end();
    await used.redis.remove();
  }, 30_000);
  return used;
}

describeOnRedis('replicas of the sample that share a deny list on Redis', () => {
  const used = replicasOn(startRedis);

  it('refuse a revoked token everywhere within a second, and take it back when that is undone', async () => {
    const { operator, askAll } = used.replicas;
    const tokenId = randomUUID();
    const text = token({ jti: tokenId });
    expect(await askAll(text)).toEqual([200, 200, 200]);
    const { id } = await operator.revoke({ tokenId });
    await within(SOON, [401, 401, 401], () => askAll(text));
    expect(await askAll(token())).toEqual([200, 200, 200]);
    expect(await operator.undo(id)).toBe(true);
    await within(SOON, [200, 200, 200], () => askAll(text));
  });
});

describeOnOwnRedis('replicas of the sample whose Redis goes away', () => {
  const redis = new RedisServer();
  const used = replicasOn(
    () => redis.start().then(() => redis),
    (replicas) =>
      Promise.all([
        replicas.start(['refusing'], REPLICA, { WHEN_AWAY: 'refuse' }),
        replicas.start(['accepting'], REPLICA, { WHEN_AWAY: 'accept' }),
      ]),
  );

  it('do what they were told while the server is away, and lose nothing when it is back', async () => {
    const { operator, ask, askAll } = used.replicas;
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
    await used.replicas.start(['newcomer']);
    expect(await ask('newcomer', good)).toBe(401);

    await redis.start();
    await within(8000, [200, 200], () => Promise.all([ask('refusing', good), ask('newcomer', good)]));
    await within(3000, [401, 401, 401], () => askAll(revoked));
    expect(await ask('newcomer', revoked)).toBe(401);
  }, 60_000);

  it('put the list back into a store that has lost it', async () => {
    const { operator, ask, askAll } = used.replicas;
    const text = token();
    await operator.revoke({ token: text });
    await within(SOON, [401, 401, 401], () => askAll(text));
    const keyv = new KeyvRedis(redis.url);
    await ((await keyv.getClient()) as { flushAll(): Promise<unknown> }).flushAll();
    await sleep(1500);
    await within(SOON, [401, 401, 401], () => askAll(text));
    await used.replicas.start(['late']);
    await within(2000, 401, () => ask('late', text));
    expect(await ask('late', token())).toBe(200);
    await keyv.disconnect();
  }, 30_000);
});
