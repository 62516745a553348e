import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { get } from '../support/app.js';
import { environment } from '../support/issuer.js';
import { freePort, type Running, start, untilListening } from '../support/process.js';

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A second is what replicas need; the rest is for a machine that is busy with other tests. */
export const SOON_MS = 4000;

const SAMPLE = 'dist/sample/main.js';
/** The sample has no setting for what it does while the store is away. */
export const REPLICA = 'test/redis/replica.mjs';

/** Processes of one container, each with its own port, that share the deny list on a Redis. */
export class Replicas {
  private readonly running: Record<string, Running> = {};
  private readonly ports: Record<string, number> = {};
  readonly operator: ScalewayRevocations;

  constructor(private readonly url: string) {
    const store = new RedisRevocationLog({ url });
    this.operator = new ScalewayRevocations({ store }, { log() {}, warn() {}, error() {} });
  }

  async start(names: readonly string[], program = SAMPLE, env: Record<string, string> = {}): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const port = (this.ports[name] = await freePort());
        const all = { ...environment, DOCS: 'off', REVOCATION_STORE_URL: this.url, ...env, PORT: String(port) };
        this.running[name] = start(process.execPath, [program], all);
        await untilListening(`http://127.0.0.1:${port}`);
      }),
    );
  }

  ask = async (name: string, text: string) =>
    (await get(`http://127.0.0.1:${this.ports[name]}/whoami`, { 'X-Auth-Token': text })).status;
  askAll = (text: string) => Promise.all(['one', 'two', 'three'].map((name) => this.ask(name, text)));

  portOf(name: string): number {
    return this.ports[name]!;
  }

  signal = (name: string, signal: NodeJS.Signals) => this.running[name]!.child.kill(signal);

  /** What a replica wrote, once it has ended by SIGTERM: neither the list nor its connection keeps it. */
  async end(name: string): Promise<string> {
    const { child, finished } = this.running[name]!;
    delete this.running[name];
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const { code, signal, stdout, stderr } = await finished;
    expect(code === 0 || signal === 'SIGTERM').toBe(true);
    return `${stdout}${stderr}`;
  }

  async endAll(): Promise<void> {
    await this.operator.stop();
    await Promise.all(Object.keys(this.running).map((name) => this.end(name)));
  }
}

/** Asks until the answers are these, for at most this long. */
export async function within(milliseconds: number, wanted: unknown, answers: () => Promise<unknown>): Promise<void> {
  let last: unknown;
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(25)) {
    last = await answers();
    if (JSON.stringify(last) === JSON.stringify(wanted)) break;
  }
  expect(last).toEqual(wanted);
}

/** Three replicas of the sample, and what else is started beside them, on a Redis that ends with them. */
export function replicasOn<T extends { readonly url: string; remove(): Promise<void> }>(
  startServer: () => Promise<T>,
  startOthers?: (replicas: Replicas) => Promise<unknown>,
): { redis: T; replicas: Replicas } {
  const used = {} as { redis: T; replicas: Replicas };
  beforeAll(async () => {
    used.redis = await startServer();
    const replicas = (used.replicas = new Replicas(used.redis.url));
    await Promise.all([replicas.start(['one', 'two', 'three']), startOthers?.(replicas)]);
    await replicas.operator.start();
  }, 60_000);
  afterAll(async () => {
    await used.replicas.endAll();
    await used.redis.remove();
  }, 30_000);
  return used;
}
