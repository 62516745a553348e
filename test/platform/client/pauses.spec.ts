import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScalewayTokenClient, ScalewayTokenSource } from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { down, HOUR, IssuingServer, pause, quiet, serialOf } from './helpers/issuing-server.js';
import { json, type Step } from './helpers/scripted-server.js';

let api: IssuingServer;
let clock: IssuingServer['clock'];

beforeEach(() => {
  api = new IssuingServer();
  ({ clock } = api);
});
afterEach(() => api.stop());

const limited = (retryAfter: string, headers: Record<string, string> = {}): Step =>
  json(429, {}, { 'retry-after': retryAfter, ...headers });
const cut: Step = (response) => response.destroy();

describe('a source without a token', () => {
  it('rejects everyone with the last error and the time of the next attempt, and then tries again', async () => {
    const tokens = await api.source([down, api.issue]);
    const all = await Promise.allSettled([tokens.token(), tokens.token(), tokens.headers()]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const error = await refusalOf(tokens.token());
    const { retryAt } = error['details'] as { retryAt: Date };
    expect(error).toMatchObject({ reason: 'server_error', details: { status: 503 } });
    expect(error.message).toContain(`No request is sent before ${retryAt.toISOString()}`);
    expect(retryAt.getTime() - clock.wall).toBeGreaterThanOrEqual(500);
    expect(retryAt.getTime() - clock.wall).toBeLessThanOrEqual(1000);
    expect(api.requests).toBe(1);
    clock.advance((retryAt.getTime() - clock.wall + 1) / 1000);
    expect(serialOf(await tokens.token())).toBe(1);
  });

  it.each<[string, Step]>([
    ['429', json(429, {})],
    ['503', down],
    ['501', json(501, {})],
    ['401', json(401, {})],
    ['404', json(404, { message: 'Container was not found' })],
    ['a broken connection', cut],
    ['a reply without a token', json(200, {})],
  ])('pauses after %s, longer each time, up to a minute', async (_name, failure) => {
    const tokens = await api.source([failure]);
    const pauses: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const { retryAt } = (await refusalOf(tokens.token()))['details'] as { retryAt: Date };
      pauses.push((retryAt.getTime() - clock.wall) / 1000);
      clock.advance((pauses.at(-1) ?? 0) - 0.1);
      await refusalOf(tokens.token());
      expect(api.requests).toBe(i + 1);
      clock.advance(0.2);
    }
    const longest = [1, 2, 4, 8, 16, 32, 60, 60, 60];
    pauses.forEach((seconds, i) => {
      expect(seconds).toBeLessThanOrEqual(longest[i] ?? 0);
      expect(seconds).toBeGreaterThanOrEqual((longest[i] ?? 0) / 2);
    });
  });

  it('does not pause after what was wrong before any request', async () => {
    const tokens = await api.source([api.issue], { region: 'nowhere' });
    for (let i = 0; i < 3; i += 1) {
      expect((await refusalOf(tokens.token()))['details']).not.toHaveProperty('retryAt');
    }
    expect(api.requests).toBe(0);
  });

  it('begins with a short pause again after a success', async () => {
    const tokens = await api.source([down, down, api.issue, down]);
    for (let i = 0; i < 2; i += 1) {
      await refusalOf(tokens.token());
      clock.advance(3);
    }
    await tokens.token();
    clock.advance(HOUR);
    await refusalOf(tokens.token());
    clock.advance(1.1);
    await refusalOf(tokens.token());
    expect(api.requests).toBe(5);
  });

  it('leaves repeating to its pauses after a failure', async () => {
    const tokens = await api.source([down], {}, { retries: 2 });
    await refusalOf(tokens.token());
    expect(api.requests).toBe(3);
    clock.advance(2);
    await refusalOf(tokens.token());
    expect(api.requests).toBe(4);
  });

  it('keeps its pause when the clock is set', async () => {
    const tokens = await api.source([limited('60'), api.issue]);
    await refusalOf(tokens.token());
    for (const seconds of [-24 * HOUR, 48 * HOUR]) {
      clock.set(seconds);
      expect(await refusalOf(tokens.token())).toMatchObject({ reason: 'rate_limited' });
    }
    expect(api.requests).toBe(1);
    clock.advance(76);
    expect(serialOf(await tokens.token())).toBe(1);
  });
});

describe('Retry-After', () => {
  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();
  const rfc850 = (seconds: number): string => {
    const [, day, month, year, time] = inSeconds(seconds).replace(',', '').split(' ');
    return `Sunday, ${day}-${month}-${year?.slice(2)} ${time} GMT`;
  };
  const asctime = (seconds: number): string => {
    const [, day, month, year, time] = inSeconds(seconds).replace(',', '').split(' ');
    return `Sun ${month} ${day?.replace(/^0/u, ' ')} ${time} ${year}`;
  };

  it.each<[string, string | (() => string), number, number]>([
    ['seconds', '60', 60, 75],
    ['a date', () => inSeconds(60), 58, 76],
    ['a date of RFC 850', () => rfc850(60), 58, 76],
    ['a date of asctime, which is in UTC', () => asctime(60), 58, 76],
    ['zero', '0', 0.5, 1],
    ['a past date', () => inSeconds(-3600), 0.5, 1],
    ['a year', '31536000', 3600, 4500],
    ['more than a number can hold', '9'.repeat(400), 3600, 4500],
    ['a date in a thousand years', 'Sun, 06 Nov 3022 08:49:37 GMT', 3600, 4500],
    ['negative', '-5', 0.5, 1],
    ['a fraction', '1.5', 0.5, 1],
    ['two values', '60, 120', 0.5, 1],
    ['words', 'soon', 0.5, 1],
    ['a date that is none', 'Sun, 99 Foo 2022 08:49:37 GMT', 0.5, 1],
  ])('%s', async (_name, value, least, most) => {
    const tokens = await api.source([limited(typeof value === 'string' ? value : value())]);
    const { retryAt } = (await refusalOf(tokens.token()))['details'] as { retryAt: Date };
    const seconds = (retryAt.getTime() - clock.wall) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  it("counts a date from the reply's own Date, whatever this machine's clock says", async () => {
    const tokens = await api.source([
      limited('Sun, 06 Nov 1994 08:50:37 GMT', { date: 'Sun, 06 Nov 1994 08:49:37 GMT' }),
    ]);
    expect((await refusalOf(tokens.token()))['details']).toMatchObject({ retryAfterSeconds: 60 });
  });
});

describe('a storm', () => {
  it('of ten callers for two seconds sends one request to an API that answers 429, Retry-After: 60', async () => {
    const tokens = await api.source([limited('60')], {}, { retries: 2 });
    const until = performance.now() + 2000;
    let rejected = 0;
    const caller = async (): Promise<void> => {
      while (performance.now() < until) {
        await refusalOf(tokens.token());
        rejected += 1;
        await pause(5);
      }
    };
    await Promise.all(Array.from({ length: 10 }, caller));
    expect(rejected).toBeGreaterThan(500);
    expect(api.requests).toBe(1);
  });

  /** Every source is asked in every step; the API is down all the time. Answers the times of the requests, in seconds. */
  async function outage(count: number, seconds: number, failure: Step): Promise<number[]> {
    const times: number[] = [];
    await api.source([
      (response, request) => {
        times.push(clock.steady / 1000 - 1);
        failure(response, request);
      },
    ]);
    const sources = Array.from({ length: count }, () => {
      const client = new ScalewayTokenClient({ secretKey: 'secret', region: 'fr-par', apiUrl: api.url, retries: 0 });
      return new ScalewayTokenSource({ target: { containerId: 'C' }, client, logger: quiet });
    });
    for (let step = 0; step < seconds * 4; step += 1) {
      await Promise.all(sources.map((source) => refusalOf(source.token())));
      clock.advance(0.25);
    }
    return times;
  }

  it('of 50 sources through a minute without the API is eight requests each at most, in no second more than half of them', async () => {
    const times = await outage(50, 60, down);
    expect(times.length).toBeLessThanOrEqual(50 * 8);
    const late = times.filter((time) => time > 16);
    expect(most(late, 1)).toBeLessThan(25);
  });

  it('of 50 sources that were told the same Retry-After does not come back at once', async () => {
    const times = await outage(50, 76, limited('60'));
    const again = times.filter((time) => time > 0);
    expect(again).toHaveLength(50);
    expect(Math.min(...again)).toBeGreaterThanOrEqual(60);
    expect(most(again, 1)).toBeLessThan(16);
  });

  /** How many fall into one window, at most. */
  function most(times: number[], window: number): number {
    return Math.max(0, ...times.map((start) => times.filter((time) => time >= start && time < start + window).length));
  }
});
