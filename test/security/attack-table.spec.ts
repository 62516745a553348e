import { platforms } from '../support/app.js';
import { token } from '../support/issuer.js';
import { type Probe, type ProbeRequest, startProbe } from '../support/probe.js';
import { attackGroups } from './attack-groups.js';
import type { Attack, Loot, Play } from './attack.js';
import { startKeyServer } from './key-server.js';

/* Every row of docs/security.md, over HTTP. The page is made of the same rows: security-page.spec.ts. */

const caches = [
  ['with the cache', undefined],
  ['without a cache', 0],
] as const;

const combinations = platforms.flatMap((platform) => caches.map((cache) => [platform, ...cache] as const));

describe.each(combinations)('on %s, %s', (platform, _cache, cacheSize) => {
  let probe: Probe;
  let keyServer: Awaited<ReturnType<typeof startKeyServer>>;
  let loot: Loot;

  beforeAll(async () => {
    [probe, keyServer] = [await startProbe(platform, { cacheSize }), await startKeyServer()];
    loot = { token: token(), keysUrl: keyServer.url };
    expect(await probe.ask(loot.token)).toBe('200');
  });
  afterAll(async () => {
    keyServer.close();
    await probe.close();
  });

  async function endsOf(attack: Attack | Play): Promise<[string, ProbeRequest?][]> {
    if ('play' in attack) return [[await attack.play(probe)]];
    const ends: [string, ProbeRequest][] = [];
    const requests = attack.send(loot);
    // Some of them again where there is a cache: what must not be let in must not be remembered either.
    for (const request of [...requests, ...requests.slice(0, cacheSize === 0 ? 0 : 4)])
      ends.push([await probe.ask(request), request]);
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
    expect(await probe.ask(loot.token)).toBe('200');
  });
});
