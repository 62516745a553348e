import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ScalewayTokenClient, type ScalewayTokenClientOptions } from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { FakeClock } from './helpers/fake-clock.js';
import { issued, json, ScriptedServer, shapedToken, type Step } from './helpers/scripted-server.js';

let server: ScriptedServer;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
  clock.install();
});
afterEach(() => void jest.restoreAllMocks());

async function client(steps: Step[], options: ScalewayTokenClientOptions = {}): Promise<ScalewayTokenClient> {
  server = new ScriptedServer(steps);
  return new ScalewayTokenClient({ secretKey: 'secret', region: 'fr-par', apiUrl: await server.start(), ...options });
}

afterEach(() => server.stop());

const target = { containerId: 'C' };
const hang: Step = () => undefined;
const cut: Step = (response) => response.destroy();

describe('what is repeated', () => {
  it.each([
    ['429', json(429, {})],
    ['500', json(500, {})],
    ['503', json(503, {})],
    ['a broken connection', cut],
    ['a time-out', hang],
  ])('issuing after %s', async (_name, failure) => {
    const issuing = (await client([failure, failure, issued()], { timeoutSeconds: 0.3 })).issueJwt(target);
    expect(await issuing).toMatchObject({ token: shapedToken() });
    expect(server.seen).toHaveLength(3);
  });

  it('a deletion, whose repetition may find the work done', async () => {
    await (await client([cut, json(404, { message: 'Token was not found' })])).deleteToken('T');
    expect(server.seen.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
  });

  it('as often as allowed, then the last error is thrown', async () => {
    const error = await refusalOf((await client([json(503, {})], { retries: 1 })).issueJwt(target));
    expect(error).toMatchObject({ reason: 'server_error' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('what is not repeated', () => {
  it.each([
    ['429', json(429, {}), 'rate_limited'],
    ['503', json(503, {}), 'server_error'],
    ['a broken connection', cut, 'network'],
    ['a time-out', hang, 'timeout'],
  ])('making a token, after %s', async (_name, failure, reason) => {
    const creating = (await client([failure], { timeoutSeconds: 0.3 })).createToken(target, { description: 'd' });
    expect(await refusalOf(creating)).toMatchObject({ reason });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: '{"container_id":"C","description":"d"}' });
  });

  it.each([400, 401, 403, 404, 409, 501])('issuing after %i', async (status) => {
    await refusalOf((await client([json(status, {})])).issueJwt(target));
    expect(server.seen).toHaveLength(1);
  });

  it('issuing after a reply that makes no sense', async () => {
    await refusalOf((await client([json(200, {})])).issueJwt(target));
    expect(server.seen).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  /** In milliseconds. */
  function expectOnePause(shortest: number, longest: number): void {
    const [pause, ...others] = clock.pauses;
    expect(others).toEqual([]);
    expect(pause).toBeGreaterThanOrEqual(shortest);
    expect(pause).toBeLessThanOrEqual(longest);
  }

  it.each([429, 503])('of a second is waited for (%i)', async (status) => {
    await (await client([json(status, {}, { 'retry-after': '1' }), issued()])).issueJwt(target);
    expectOnePause(1000, 1500);
  });

  it('may be a date', async () => {
    const date = new Date(Date.now() + 5000).toUTCString();
    await (await client([json(429, {}, { 'retry-after': date }), issued()])).issueJwt(target);
    expectOnePause(3500, 6500);
  });

  it('beyond the bound is thrown at once, with its length', async () => {
    const error = await refusalOf((await client([json(429, {}, { 'retry-after': '11' })])).issueJwt(target));
    expect(error).toMatchObject({ details: { retryAfterSeconds: 11 }, message: expect.stringContaining('in 11 s') });
    expect(server.seen).toHaveLength(1);
  });

  it.each(['-5', 'soon', '1e3', ''])('of %j counts as none', async (value) => {
    await (await client([json(429, {}, { 'retry-after': value }), issued()])).issueJwt(target);
    expect(server.seen).toHaveLength(2);
  });
});

describe('time', () => {
  it('a reply whose body does not end is a time-out', async () => {
    const slow: Step = (response) => void response.writeHead(200).write('{"token":');
    const error = await refusalOf((await client([slow], { timeoutSeconds: 0.3, retries: 0 })).issueJwt(target));
    expect(error).toMatchObject({ reason: 'timeout', message: expect.stringContaining('0.3 s') });
  });

  it('is ended by the caller during a request, with his reason', async () => {
    const controller = new AbortController();
    const issuing = (await client([hang])).issueJwt(target, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await expect(issuing).rejects.toThrow('enough');
    expect(server.seen).toHaveLength(1);
  });

  it('is ended by the caller during a pause, and before the first request', async () => {
    const controller = new AbortController();
    const asked = await client([json(429, {}, { 'retry-after': '9' })]);
    const issuing = asked.issueJwt(target, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 300);
    await expect(issuing).rejects.toThrow('enough');
    await expect(asked.issueJwt(target, { signal: controller.signal })).rejects.toThrow('enough');
    expect(server.seen).toHaveLength(1);
  });
});
