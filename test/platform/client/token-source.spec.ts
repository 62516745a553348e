import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  ScalewayTokenClient,
  ScalewayTokenSource,
  type ScalewayTokenSourceOptions,
} from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { json, ScriptedServer, shapedToken, type Step } from './helpers/scripted-server.js';

const HOUR = 3600;
let server: ScriptedServer;
let clock: number;
let issuerClock: number;
let serial: number;

beforeEach(() => {
  clock = Date.now();
  issuerClock = 0;
  serial = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => clock);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
});

/** Issues as Scaleway does, each token another one; the issuer's clock may differ from the local one. */
const issue: Step = (response, request) => {
  const asked = new URL(request.url ?? '', 'http://a').searchParams.get('expires_at');
  const iat = Math.floor((clock + issuerClock) / 1000);
  serial += 1;
  const exp = Math.floor(Date.parse(asked ?? '') / 1000);
  json(200, { token: shapedToken({ serial, iat, exp }) })(response, request);
};
const fail = json(503, { message: 'down' });

async function source(steps: Step[], options: Partial<ScalewayTokenSourceOptions> = {}): Promise<ScalewayTokenSource> {
  server = new ScriptedServer(steps);
  const apiUrl = await server.start();
  const client = new ScalewayTokenClient({ secretKey: 'secret', region: 'fr-par', apiUrl, retries: 0 });
  return new ScalewayTokenSource({ target: { containerId: 'C' }, client, ...options });
}

function serialOf(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { serial: number };
  return claims.serial;
}

/** Until the renewal that runs in the background has come to its end. */
async function seen(count: number): Promise<void> {
  const until = performance.now() + 5000;
  while (server.seen.length < count && performance.now() < until) await pause(5);
  expect(server.seen).toHaveLength(count);
  await pause(50);
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds));
const advance = (seconds: number): void => void (clock += seconds * 1000);

describe('a token source', () => {
  it('issues on first use, once for all who wait, and then serves what it has', async () => {
    const tokens = await source([issue]);
    expect(server.seen).toHaveLength(0);
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.token()));
    expect(new Set(all).size).toBe(1);
    expect(await tokens.headers()).toEqual({ 'X-Auth-Token': all[0] });
    advance(HOUR * 0.64);
    expect(await tokens.token()).toBe(all[0]);
    await pause(50);
    expect(server.seen).toHaveLength(1);
    const query = new URL(server.seen[0]?.url ?? '', 'http://a').searchParams;
    expect(Date.parse(query.get('expires_at') ?? '')).toBe(clock - HOUR * 640 + HOUR * 1000);
  });

  it('renews in the background before the end, while the old token is served', async () => {
    const tokens = await source([issue]);
    await tokens.token();
    advance(HOUR * 0.81);
    const during = await Promise.all([tokens.token(), tokens.token(), tokens.token()]);
    expect(during.map(serialOf)).toEqual([1, 1, 1]);
    await seen(2);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('renews at a time that differs from token to token', async () => {
    const renewals = new Set<boolean>();
    const tokens = await source([issue], { lifetimeSeconds: 1000 });
    for (let round = 0; round < 40 && renewals.size < 2; round += 1) {
      await tokens.token();
      const before = server.seen.length;
      advance(725);
      await tokens.token();
      await pause(30);
      renewals.add(server.seen.length > before);
      advance(1000);
    }
    expect(renewals).toEqual(new Set([true, false]));
  });

  it('waits for a new one when the old one has ended', async () => {
    const tokens = await source([issue]);
    await tokens.token();
    advance(HOUR - 9);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('serves the old one while renewals fail, spaces the tries, reports each, and recovers', async () => {
    const onError = jest.fn();
    const tokens = await source([issue, fail, fail, issue], { onError });
    await tokens.token();
    advance(HOUR * 0.81);
    expect(serialOf(await tokens.token())).toBe(1);
    await seen(2);
    expect(serialOf(await tokens.token())).toBe(1);
    await seen(2); // too soon for another try
    advance(1);
    expect(serialOf(await tokens.token())).toBe(1);
    await seen(3);
    advance(0.9);
    await tokens.token();
    await seen(3); // the second pause is longer
    expect(onError).toHaveBeenCalledTimes(2);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ reason: 'server_error' }));
    advance(1.2);
    await tokens.token();
    await seen(4);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('keeps the pause that Scaleway asks for', async () => {
    const tokens = await source([issue, json(429, {}, { 'retry-after': '120' }), issue], { onError: () => undefined });
    await tokens.token();
    advance(HOUR * 0.81);
    await tokens.token();
    await seen(2);
    advance(119);
    await tokens.token();
    await seen(2);
    advance(2);
    await tokens.token();
    await seen(3);
  });

  it('rejects everyone when the first issue fails, and the next call tries again', async () => {
    const tokens = await source([fail, issue]);
    const all = await Promise.allSettled([tokens.token(), tokens.token(), tokens.headers()]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(server.seen).toHaveLength(1);
    expect(serialOf(await tokens.token())).toBe(1);
  });

  it('rejects when renewals failed until the end', async () => {
    const tokens = await source([issue, fail], { onError: () => undefined });
    await tokens.token();
    advance(HOUR);
    expect(await refusalOf(tokens.token())).toMatchObject({ reason: 'server_error' });
  });

  it('survives a reporter that throws', async () => {
    const onError = (): never => {
      throw new Error('reporter');
    };
    const tokens = await source([issue, fail], { onError });
    await tokens.token();
    advance(HOUR * 0.81);
    await tokens.token();
    await seen(2);
    expect(serialOf(await tokens.token())).toBe(1);
  });

  it('replaces a token without an end on time, and serves it as long as that fails', async () => {
    const endless = json(200, { token: shapedToken({ serial: 7 }) });
    const tokens = await source([endless, fail, issue], { onError: () => undefined });
    await tokens.token();
    advance(HOUR * 100);
    expect(serialOf(await tokens.token())).toBe(7);
    await seen(2);
    advance(60);
    expect(serialOf(await tokens.token())).toBe(7);
    await seen(3);
    expect(serialOf(await tokens.token())).toBe(1);
  });

  it('does not serve a token past its end when the local clock is slow', async () => {
    issuerClock = 1_800_000; // half an hour ahead, so the hour that is asked for is half an hour long
    const tokens = await source([issue]);
    await tokens.token();
    advance(HOUR / 2);
    expect(serialOf(await tokens.token())).toBe(2);
  });

  it('asks anew when the clock was set back', async () => {
    const tokens = await source([issue]);
    await tokens.token();
    advance(-HOUR);
    expect(serialOf(await tokens.token())).toBe(2);
  });
});

describe('ending', () => {
  const hang: Step = () => undefined;

  it('one caller may stop waiting while others go on', async () => {
    const held: (() => void)[] = [];
    const late: Step = (response, request) => void held.push(() => issue(response, request));
    const tokens = await source([late]);
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

  it('a shutdown ends the request under way', async () => {
    const tokens = await source([hang]);
    const waiting = refusalOf(tokens.token());
    while (server.seen.length === 0) await pause(5);
    tokens.onApplicationShutdown();
    expect((await waiting).name).toBe('AbortError');
  });
});

describe('options are checked', () => {
  it.each([9, 0, -1, 10.5, Number.NaN, Number.POSITIVE_INFINITY, 31_536_001])(
    'lifetimeSeconds %d',
    async (lifetimeSeconds) => {
      await expect(source([issue], { lifetimeSeconds })).rejects.toMatchObject({ reason: 'configuration' });
    },
  );

  it('target', async () => {
    await expect(source([issue], { target: {} as never })).rejects.toMatchObject({ reason: 'invalid_argument' });
  });
});
