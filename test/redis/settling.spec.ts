import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { RedisRevocationLog } from 'nestjs-scaleway-auth/redis';
import { Link } from '../support/link.js';
import { describeOnOwnRedis, RedisServer } from '../support/redis.js';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition(); await sleep(5))
    if (Date.now() > end) throw new Error('not within 10 s');
}
const connectionsOf = (link: Link) => Reflect.get(link, 'pairs') as Set<unknown>;
const revocationsOn = (url: string) =>
  new ScalewayRevocations({ store: new RedisRevocationLog({ url }) }, { log() {}, warn() {}, error() {} });

describeOnOwnRedis('a replica that starts on an emptied server', () => {
  it.each([
    ['is dead', (link: Link) => link.dropExisting(), () => Promise.resolve()],
    [
      'is being made, and gets no answer',
      (link: Link) => link.partition(),
      async (link: Link) => {
        const old = new Set(connectionsOf(link));
        await until(() => [...connectionsOf(link)].some((each) => !old.has(each)));
      },
    ],
  ])(
    'waits for one far away whose connection %s',
    async (_name, cut, wait) => {
      const redis = new RedisServer(['--appendonly', 'no']);
      await redis.start();
      const link = await new Link(redis.port).open();
      link.delayMs = 100;
      const running = revocationsOn(link.url);
      const starting: ScalewayRevocations[] = [];
      try {
        await running.start();
        await running.revoke({ tokenId: 'lost' });
        cut(link);
        await redis.kill();
        await wait(link);
        await redis.start();
        link.heal();
        const late = revocationsOn(redis.url);
        starting.push(late);
        void late.start();
        await until(() => late.isCurrent);
        expect(late.list()).toEqual([{ id: 'jti:lost' }]);
      } finally {
        for (const each of [running, ...starting]) await each.stop();
        await link.close();
        await redis.remove();
      }
    },
    30_000,
  );
});
