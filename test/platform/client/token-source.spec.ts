import { getMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ScalewayTokenClient, type ScalewayTokenSource } from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { down, HOUR, IssuingServer, pause, serialOf } from './helpers/issuing-server.js';
import { json, shapedToken, type Step } from './helpers/scripted-server.js';

let api: IssuingServer;
let clock: IssuingServer['clock'];

beforeEach(() => {
  api = new IssuingServer();
  ({ clock } = api);
});
afterEach(() => api.stop());

describe('a token source', () => {
  it('issues on first use, once for all who wait, and then serves what it has', async () => {
    const tokens = await api.source([api.issue]);
    expect(api.requests).toBe(0);
    const askedAt = clock.wall;
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.token()));
    expect(new Set(all).size).toBe(1);
    expect(await tokens.headers()).toEqual({ 'X-Auth-Token': all[0] });
    clock.advance(HOUR * 0.64);
    expect(await tokens.token()).toBe(all[0]);
    await api.seen(1);
    const query = new URL(api.server.seen[0]?.url ?? '', 'http://a').searchParams;
    expect(Date.parse(query.get('expires_at') ?? '')).toBe(askedAt + HOUR * 1000);
  });

  it('lets any number of callers wait with one signal, of which Node 20 warns otherwise', async () => {
    const [{ signal }, other] = [new AbortController(), new AbortController()];
    const tokens = await api.source([api.issue]);
    await Promise.all(Array.from({ length: 20 }, () => tokens.token({ signal })));
    expect(getMaxListeners(signal)).toBe(Infinity);
    const client = new ScalewayTokenClient({ secretKey: 'secret', region: 'fr-par', apiUrl: api.url });
    const options = { signal: other.signal, expiresAt: '2099-01-01T00:00:00Z' };
    await Promise.all(Array.from({ length: 20 }, () => client.issueJwt({ containerId: 'C' }, options)));
    expect(getMaxListeners(other.signal)).toBe(Infinity);
  });

  it('renews in the background before the end, while the old token is served', async () => {
    const tokens = await api.source([api.issue]);
    await tokens.token();
    clock.advance(HOUR * 0.81);
    const during = await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    expect(during.map(serialOf)).toEqual([1, 1, 1]);
    await api.seen(2);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('renews at a time that differs from token to token', async () => {
    const renewals = new Set<boolean>();
    const tokens = await api.source([api.issue], { lifetimeSeconds: 1000 });
    for (let round = 0; round < 40 && renewals.size < 2; round += 1) {
      const held = serialOf(await tokens.token());
      const before = api.requests;
      clock.advance(725);
      await tokens.token();
      await pause(30);
      const isRenewed = api.requests > before;
      // A reply that is still on its way must not meet the clock of the next round.
      if (isRenewed) while (serialOf(await tokens.token()) === held) await pause(5);
      renewals.add(isRenewed);
      clock.advance(1000);
    }
    expect(renewals).toEqual(new Set([true, false]));
  });

  it('waits for a new one when the old one has ended', async () => {
    const tokens = await api.source([api.issue]);
    await tokens.token();
    clock.advance(HOUR - 9);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('serves the old one while renewals fail, spaces the tries, reports each, and recovers', async () => {
    const onError = jest.fn();
    const warn = jest.fn();
    const tokens = await api.source([api.issue, down, down, api.issue], { onError, logger: { warn } });
    await tokens.token();
    clock.advance(HOUR * 0.81);
    expect(serialOf(await tokens.token())).toBe(1);
    await api.seen(2);
    expect(serialOf(await tokens.token())).toBe(1);
    await api.seen(2); // too soon for another try
    clock.advance(1);
    expect(serialOf(await tokens.token())).toBe(1);
    await api.seen(3);
    clock.advance(0.9);
    await tokens.token();
    await api.seen(3); // the second pause is longer
    expect(onError).toHaveBeenCalledTimes(2);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ reason: 'server_error' }));
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^Renewing .* is used until 20.*\(503\)/u));
    clock.advance(1.2);
    await tokens.token();
    await api.seen(4);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('keeps the pause that Scaleway asks for, and up to a quarter more', async () => {
    const tokens = await api.source([api.issue, json(429, {}, { 'retry-after': '120' }), api.issue]);
    await tokens.token();
    clock.advance(HOUR * 0.81);
    await tokens.token();
    await api.seen(2);
    clock.advance(119);
    await tokens.token();
    await api.seen(2);
    clock.advance(31);
    await tokens.token();
    await api.seen(3);
  });

  it('rejects when renewals failed until the end', async () => {
    const tokens = await api.source([api.issue, down]);
    await tokens.token();
    clock.advance(HOUR);
    expect(await refusalOf(tokens.token())).toMatchObject({ reason: 'server_error' });
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('reporter');
      },
    ],
    ['rejects', () => Promise.reject(new Error('reporter'))],
  ])('survives a logger and an onError that %s', async (_name, reporter) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    const tokens = await api.source([api.issue, down], { onError: reporter, logger: { warn: reporter } });
    await tokens.token();
    clock.advance(HOUR * 0.81);
    await tokens.token();
    await api.seen(2);
    expect(serialOf(await tokens.token())).toBe(1);
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('replaces a token without an end on time, and serves it as long as that fails', async () => {
    const endless = json(200, { token: shapedToken({ serial: 7 }) });
    const tokens = await api.source([endless, down, api.issue]);
    await tokens.token();
    clock.advance(HOUR * 100);
    expect(serialOf(await tokens.token())).toBe(7);
    await api.seen(2);
    clock.advance(60);
    expect(serialOf(await tokens.token())).toBe(7);
    await api.seen(3);
    expect(serialOf(await tokens.token())).toBe(1);
  });
});

describe('clocks that are wrong', () => {
  it('a slow one does not make it serve a token past its end', async () => {
    api.issuerAhead = HOUR / 2; // so the hour that is asked for is half an hour long
    const tokens = await api.source([api.issue]);
    await tokens.token();
    clock.advance(HOUR / 2);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('one that is set back does neither, nor does it cost a request', async () => {
    const tokens = await api.source([api.issue]);
    await tokens.token();
    clock.set(-HOUR * 24);
    clock.advance(HOUR / 2);
    expect(serialOf(await tokens.token())).toBe(1);
    clock.advance(HOUR / 2);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('a machine that was suspended, whose steady clock stood still, does neither', async () => {
    const tokens = await api.source([api.issue]);
    await tokens.token();
    clock.set(HOUR);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('one that is slow by more than the lifetime is an error with a pause, not a request for each call', async () => {
    api.issuerAhead = 2 * HOUR;
    const tokens = await api.source([api.issue]);
    const first = await refusalOf(tokens.token());
    expect(first).toMatchObject({ reason: 'unexpected_reply', message: expect.stringContaining("machine's clock") });
    for (let i = 0; i < 20; i += 1) expect(await refusalOf(tokens.token())).toBe(first);
    expect(api.requests).toBe(1);
  });
});

describe('waiting', () => {
  it('one caller may stop while others go on', async () => {
    const held: (() => void)[] = [];
    const late: Step = (response, request) => void held.push(() => api.issue(response, request));
    const tokens = await api.source([late]);
    const controller = new AbortController();
    const impatient = tokens.token({ signal: controller.signal });
    const patient = tokens.token();
    while (held.length === 0) await pause(5);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    held[0]?.();
    expect(serialOf(await patient)).toBe(1);
    await expect(tokens.token({ signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('closing', () => {
  const hang: Step = () => undefined;

  it.each<[string, (tokens: ScalewayTokenSource) => Promise<void>]>([
    ['close()', (tokens) => tokens.close()],
    ["Nest's shutdown", (tokens) => tokens.onApplicationShutdown()],
    ['await using', (tokens) => tokens[Symbol.asyncDispose]()],
  ])('%s ends the request under way, and later calls', async (_name, close) => {
    const tokens = await api.source([hang]);
    const waiting = refusalOf(tokens.token());
    while (api.requests === 0) await pause(5);
    await close(tokens);
    expect(await waiting).toMatchObject({ reason: 'closed' });
    expect(await refusalOf(tokens.token())).toMatchObject({ reason: 'closed' });
    expect(api.requests).toBe(1);
  });
});

describe('options are checked', () => {
  it.each([9, 0, -1, 10.5, Number.NaN, Number.POSITIVE_INFINITY, 31_536_001])(
    'lifetimeSeconds %d',
    async (lifetimeSeconds) => {
      await expect(api.source([api.issue], { lifetimeSeconds })).rejects.toMatchObject({ reason: 'configuration' });
    },
  );

  it('api', async () => {
    const options = { api: 'token' as 'tokens' };
    await expect(api.source([api.issue], options)).rejects.toMatchObject({ reason: 'configuration' });
  });

  it('target', async () => {
    await expect(api.source([api.issue], { target: {} as never })).rejects.toMatchObject({
      reason: 'invalid_argument',
    });
  });
});
