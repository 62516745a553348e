import { Link } from '../../support/link.js';
import { RedisServer } from '../../support/redis.js';
import { REPLICA, Replicas, sleep } from '../replicas.js';
import { Field, type Tally } from './field.js';

/** What replicas answered. */
export interface Answers {
  readonly requests: number;
  readonly letIn: number;
  readonly goodRefused: number;
  /** In milliseconds. */
  readonly latest: number;
}

export interface Outcome {
  readonly fault: string;
  readonly acknowledged: number;
  /** Acknowledged, and gone from the log before anybody had read it. */
  readonly lost: number;
  readonly attempts: number;
  /** Of the three replicas of the sample, which go on with the last list. */
  readonly stale: Answers;
  /** Of one with `whenStoreIsAway: 'refuse'` and `maxListAge: 1`. */
  readonly refuse: Answers;
}

const SAMPLES = ['one', 'two', 'three'];

/** A Redis, three replicas of the sample and one that refuses, all behind a network that can be broken, under requests. */
export class Bench {
  private constructor(
    readonly redis: RedisServer,
    readonly link: Link,
    readonly replicas: Replicas,
    readonly field: Field,
  ) {}

  static async start(args?: readonly string[], env: Record<string, string> = {}): Promise<Bench> {
    const redis = new RedisServer(args);
    await redis.start();
    const link = await new Link(redis.port).open();
    const bench = new Bench(redis, link, new Replicas(link.url), new Field(() => redis.url));
    try {
      const isPlain = Object.keys(env).length === 0;
      for (const name of SAMPLES) await bench.replicas.start([name], isPlain ? undefined : REPLICA, env);
      await bench.replicas.start(['refusing'], REPLICA, { ...env, WHEN_AWAY: 'refuse', MAX_LIST_AGE: '1' });
      for (const name of [...SAMPLES, 'refusing']) bench.field.watch(name, bench.replicas.portOf(name));
      await sleep(3000);
      return bench;
    } catch (error) {
      await bench.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.field.stop();
    await this.replicas.endAll();
    await this.link.close();
    await this.redis.remove();
  }

  /** Ends the requests; to be asked while the store is there. */
  async outcome(fault: string): Promise<Outcome> {
    await this.field.stop();
    const { tallies, attempts } = this.field;
    const { acknowledged, lost } = await this.field.settle();
    const of = (name: string) => tallies.get(name)!;
    return { fault, acknowledged, lost, attempts, stale: summed(SAMPLES.map(of)), refuse: summed([of('refusing')]) };
  }
}

function summed(tallies: readonly Tally[]): Answers {
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  return {
    requests: sum(({ requests }) => requests),
    letIn: sum(({ letIn }) => letIn),
    goodRefused: sum(({ goodRefused }) => goodRefused),
    latest: Math.max(...tallies.map(({ latest }) => latest)),
  };
}
