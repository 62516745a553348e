import { platforms } from '../support/app.js';
import { token } from '../support/issuer.js';
import { attackGroups } from './attack-groups.js';
import type { Attack, AttackRequest, Loot, Play } from './attack.js';
import { startKeyServer, startTarget, type Target } from './target.js';

/* Every row of docs/security.md, over HTTP. The page is made of the same rows: security-page.spec.ts. */

const caches = [
  ['with the cache', undefined],
  ['without a cache', 0],
] as const;

const combinations = platforms.flatMap((platform) => caches.map((cache) => [platform, ...cache] as const));

describe.each(combinations)('on %s, %s', (platform, _cache, cacheSize) => {
  let target: Target;
  let keyServer: Awaited<ReturnType<typeof startKeyServer>>;
  let loot: Loot;

  beforeAll(async () => {
    [target, keyServer] = [await startTarget(platform, cacheSize), await startKeyServer()];
    loot = { token: token(), keysUrl: keyServer.url };
    expect(await target.ask(loot.token)).toBe('200');
  });
  afterAll(async () => {
    keyServer.close();
    await target.probe.close();
  });

  async function endsOf(attack: Attack | Play): Promise<[string, AttackRequest?][]> {
    if ('play' in attack) return [[await attack.play(target)]];
    const ends: [string, AttackRequest][] = [];
    const requests = attack.send(loot);
    // Some of them again where there is a cache: what must not be let in must not be remembered either.
    for (const request of [...requests, ...requests.slice(0, cacheSize === 0 ? 0 : 4)])
      ends.push([await target.ask(request), request]);
    return ends;
  }

  describe.each(attackGroups)('$title', ({ attacks }) => {
    it.each(attacks)('$attack: $answer', async (attack) => {
      const ends = await endsOf(attack);
      expect(ends.length).toBeGreaterThan(0);
      expect(ends.filter(([end]) => end !== attack.answer)).toEqual([]);
    });
  });

  it('nobody fetched a key', () => {
    expect(keyServer.fetches()).toBe(0);
  });
  it('the genuine token is let in as before', async () => {
    expect(await target.ask(loot.token)).toBe('200');
  });
});
