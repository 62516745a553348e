import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  LocalScalewayPlatform,
  ScalewayTokenClient,
  ScalewayTokenSource,
  type LocalContainer,
  type LocalNamespace,
  type ScalewayTokenRecord,
  type ScalewayTokenSourceOptions,
} from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { FakeClock } from './helpers/fake-clock.js';
import { HOUR, pause } from './helpers/issuing-server.js';
import { json, ScriptedServer, shapedToken, type SeenRequest, type Step } from './helpers/scripted-server.js';

let clock: FakeClock;
let warnings: string[];
const logger = { warn: (message: string): unknown => warnings.push(message) };

beforeEach(() => {
  clock = new FakeClock();
  clock.install();
  warnings = [];
});
afterEach(() => void jest.restoreAllMocks());

function idOf(token: string): string {
  return (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { jti: string }).jti;
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 5000; performance.now() < end; await pause(10)) if (await what()) return;
  throw new Error('It has not come to this.');
}

describe('on the local platform', () => {
  const platform = new LocalScalewayPlatform({ tokenReadyAfter: 300 });
  let namespace: LocalNamespace;
  let container: LocalContainer;
  let client: ScalewayTokenClient;

  beforeAll(async () => {
    await platform.start();
    namespace = await platform.addNamespace();
  });
  afterAll(() => platform.stop());
  beforeEach(() => {
    container = platform.addContainer(namespace);
    client = new ScalewayTokenClient({ secretKey: platform.secretKey, region: 'fr-par', apiUrl: platform.url });
  });

  function source(options: Partial<ScalewayTokenSourceOptions> = {}): ScalewayTokenSource {
    return new ScalewayTokenSource({
      target: { containerId: container.id },
      client,
      api: 'tokens',
      logger,
      ...options,
    });
  }
  const records = (): Promise<ScalewayTokenRecord[]> => client.listTokens({ containerId: container.id });
  const ids = async (): Promise<string[]> => (await records()).map(({ id }) => id);

  it('a token has a record that says who made it and when it ends', async () => {
    const tokens = source();
    const id = idOf(await tokens.token());
    expect(await records()).toEqual([
      expect.objectContaining({ id, description: 'nestjs-scaleway-auth token source', containerId: container.id }),
    ]);
    await tokens.close();
  });

  it('a replacement is used once its record is ready; the old record is deleted when its holders had a minute', async () => {
    const tokens = source();
    const old = await tokens.token();
    clock.advance(HOUR * 0.81);
    expect(await tokens.token()).toBe(old);
    await until(async () => (await ids()).length === 2);
    expect(await tokens.token()).toBe(old); // the new record is still creating
    await until(async () => (await tokens.token()) !== old);
    const next = await tokens.token();
    expect((await records()).map(({ status }) => status)).toEqual(['ready', 'ready']);

    for (let seconds = 0; seconds < 55; seconds += 5) {
      clock.advance(5);
      await tokens.token();
    }
    await pause(50);
    expect(await ids()).toEqual([idOf(old), idOf(next)]);
    clock.advance(5);
    await tokens.token();
    await until(async () => (await ids()).length === 1);
    expect(await ids()).toEqual([idOf(next)]);
    await tokens.close();
    expect(await ids()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('a token that has ended while its replacement was creating gives way to it, and nobody waits', async () => {
    const tokens = source();
    const old = await tokens.token();
    clock.advance(HOUR - 30);
    await tokens.token();
    await until(async () => (await ids()).length === 2);
    clock.advance(30);
    expect(await tokens.token()).not.toBe(old);
    await tokens.close();
  });

  it('a container that was frozen gives the holders of the old token a minute after it wakes up', async () => {
    const tokens = source({ lifetimeSeconds: 4 * HOUR });
    const old = await tokens.token();
    clock.advance(4 * HOUR * 0.81);
    await tokens.token();
    await until(async () => (await tokens.token()) !== old);
    clock.advance(120); // nobody called
    await tokens.token();
    await pause(50);
    expect(await ids()).toContain(idOf(old));
    for (let seconds = 0; seconds <= 60; seconds += 10) {
      clock.advance(10);
      await tokens.token();
    }
    await until(async () => !(await ids()).includes(idOf(old)));
    await tokens.close();
  });

  it('a source that is asked rarely deletes a record when its token has ended', async () => {
    const tokens = source();
    const old = await tokens.token();
    clock.advance(HOUR * 2);
    await tokens.token();
    clock.advance(HOUR / 2);
    await tokens.token();
    await until(async () => !(await ids()).includes(idOf(old)));
    await tokens.close();
  });

  it('what a killed process has left is deleted after its end by the next source, and nothing else is', async () => {
    const target = { containerId: container.id };
    const past = new Date(Date.now() - 60_000);
    const future = new Date(Date.now() + HOUR * 1000);
    const create = async (description: string, expiresAt: Date | undefined): Promise<string> => {
      const body = JSON.stringify({ container_id: container.id, description, expires_at: expiresAt?.toISOString() });
      // Not by the client, which refuses an end in the past.
      const url = `${platform.url}/containers/v1beta1/regions/fr-par/tokens`;
      const response = await fetch(url, { method: 'POST', body, headers: { 'X-Auth-Token': platform.secretKey } });
      return ((await response.json()) as { id: string }).id;
    };
    const mine = 'nestjs-scaleway-auth token source';
    const ended = await create(mine, past);
    const kept = [await create(mine, future), await create(mine, undefined), await create('by hand', past)];
    const other = platform.addContainer(container.namespace);
    const elsewhere = await client.createToken({ containerId: other.id }, { description: mine, expiresAt: future });

    const tokens = new ScalewayTokenSource({ target, client, api: 'tokens', logger });
    const id = idOf(await tokens.token());
    await until(async () => !(await ids()).includes(ended));
    expect(await ids()).toEqual([...kept, id]);
    expect(await client.getToken(elsewhere.id)).toMatchObject({ id: elsewhere.id });
    await tokens.close();
  });

  it('works for functions, and for a namespace', async () => {
    const target = { functionId: platform.addFunction(container.namespace).id };
    for (const [each, product] of [
      [target, 'functions'],
      [{ namespaceId: container.namespace.id }, 'containers'],
    ] as const) {
      const tokens = new ScalewayTokenSource({ target: each, client, api: 'tokens', logger });
      const id = idOf(await tokens.token());
      expect(await client.getToken(id, { product })).toMatchObject({ id });
      await tokens.close();
      expect(await refusalOf(client.getToken(id, { product }))).toMatchObject({ reason: 'not_found' });
    }
  });

  it('50 sources that close together leave nothing behind', async () => {
    // They have five seconds for it.
    clock.pace = 1;
    const all = Array.from({ length: 50 }, () => source());
    await Promise.all(all.map((tokens) => tokens.token()));
    expect(await ids()).toHaveLength(50);
    await Promise.all(all.map((tokens) => tokens.close()));
    expect(await ids()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('await using deletes the record at the end of the block', async () => {
    {
      await using tokens = source();
      await tokens.token();
      expect(await ids()).toHaveLength(1);
    }
    expect(await ids()).toEqual([]);
  });
});

describe('on an API that is not well', () => {
  /** The tokens API of memory, with a step for each method that may stand in front. */
  class TokensApi {
    readonly records = new Map<string, Record<string, unknown>>();
    private made = 0;
    create: Step = (response, request) => {
      this.made += 1;
      const id = `id-${this.made}`;
      const iat = Math.floor(clock.wall / 1000);
      const { expires_at: end } = JSON.parse(this.server.seen.at(-1)?.body ?? '{}') as { expires_at: string };
      const exp = Math.floor(Date.parse(end) / 1000);
      const record = { id, status: 'creating', description: 'nestjs-scaleway-auth token source', expires_at: end };
      this.records.set(id, record);
      json(200, { ...record, token: shapedToken({ iat, exp, jti: id }) })(response, request);
    };
    get: Step = (response, request) => {
      const id = request.url?.split('/').at(-1) ?? '';
      if (id.startsWith('tokens')) {
        const all = [...this.records.values()];
        return json(200, { tokens: all, total_count: all.length })(response, request);
      }
      json(200, { ...this.records.get(id), status: 'ready' })(response, request);
    };
    delete: Step = (response, request) => {
      const id = request.url?.split('/').at(-1) ?? '';
      const known = this.records.delete(id);
      json(known ? 200 : 404, known ? { id, status: 'deleting' } : { message: 'Token was not found' })(
        response,
        request,
      );
    };
    readonly server = new ScriptedServer([
      (response, request) => {
        const step = { POST: this.create, GET: this.get, DELETE: this.delete }[request.method ?? ''];
        step?.(response, request);
      },
    ]);
    requests(method: string): SeenRequest[] {
      return this.server.seen.filter((request) => request.method === method);
    }
  }

  const SECRET = '5ec2e700-0000-4000-8000-000000000000';
  let api: TokensApi;
  let tokens: ScalewayTokenSource;

  beforeEach(async () => {
    api = new TokensApi();
    const apiUrl = await api.server.start();
    const client = new ScalewayTokenClient({ secretKey: SECRET, region: 'fr-par', apiUrl, retries: 0 });
    tokens = new ScalewayTokenSource({ target: { containerId: 'C' }, client, api: 'tokens', logger });
  });
  afterEach(() => api.server.stop());

  /** Replaces the token; answers the id of the old one. */
  async function replace(): Promise<string> {
    const old = await tokens.token();
    clock.advance(HOUR * 0.81);
    await tokens.token();
    await until(async () => (await tokens.token()) !== old);
    return idOf(old);
  }
  async function waitTheMinute(): Promise<void> {
    for (let seconds = 0; seconds <= 60; seconds += 30) {
      clock.advance(30);
      await tokens.token();
    }
  }

  it('a deletion that is refused is one line in the log, with the id and without token or key', async () => {
    const old = await replace();
    api.delete = json(403, { message: `insufficient permissions, ${SECRET}` }, { 'x-request-id': 'req-1' });
    await waitTheMinute();
    await until(() => warnings.length > 0);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(new RegExp(`record ${old} .* was not deleted.*403.*X-Request-Id: req-1`, 'u'));
    expect(warnings[0]).not.toMatch(/5ec2e7|eyJ/u);
  });

  it('a record that is gone already is no failure', async () => {
    const old = await replace();
    api.records.delete(old);
    await waitTheMinute();
    await until(() => api.requests('DELETE').length === 1);
    await pause(50);
    expect(warnings).toEqual([]);
  });

  it('a list that is refused is one line for each new token', async () => {
    api.get = json(403, {});
    await tokens.token();
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining('Records of expired Scaleway tokens were not deleted.')]);
  });

  it('five of the records that others have left are deleted with each new token', async () => {
    for (let i = 0; i < 20; i += 1) {
      const record = { id: `old-${i}`, status: 'ready', description: 'nestjs-scaleway-auth token source' };
      api.records.set(record.id, { ...record, expires_at: '2020-01-01T00:00:00Z' });
    }
    await tokens.token();
    await until(() => api.requests('DELETE').length === 5);
    await pause(100);
    expect(api.requests('DELETE')).toHaveLength(5);
    expect(warnings).toEqual([]);
  });

  it('a replacement whose record ends in an error is not used, and its record is deleted', async () => {
    const old = await tokens.token();
    const well = api.get;
    api.get = (response, request) =>
      request.url?.includes('/id-2')
        ? json(200, { id: 'id-2', status: 'error' })(response, request)
        : well(response, request);
    clock.advance(HOUR * 0.81);
    await tokens.token();
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringMatching(/Renewing .* with the status "error"/u)]);
    expect(await tokens.token()).toBe(old);
    await pause(100);
    expect(api.requests('DELETE')).toEqual([]); // not during the pause
    clock.advance(2);
    await tokens.token();
    await until(() => !api.records.has('id-2'));
  });

  it('a record is not asked for before Retry-After is over', async () => {
    const old = await tokens.token();
    clock.advance(HOUR * 0.81);
    await until(() => api.requests('GET').length === 1); // the list
    api.get = json(429, {}, { 'retry-after': '60' });
    await tokens.token();
    // Half a minute is too short to wait that long, so the replacement is used without an answer.
    await until(async () => (await tokens.token()) !== old);
    expect(api.requests('GET').filter(({ url }) => url.includes('/id-2'))).toHaveLength(1);
  });

  it('a creation is not repeated, and the source pauses after it', async () => {
    api.create = json(503, {});
    await refusalOf(tokens.token());
    await refusalOf(tokens.token());
    expect(api.requests('POST')).toHaveLength(1);
  });

  describe('closing', () => {
    it('deletes a token that is still being made, whose callers stop waiting immediately', async () => {
      const well = api.create;
      api.create = (response, request) => void setTimeout(() => well(response, request), 300);
      const waiting = refusalOf(tokens.token());
      await until(() => api.requests('POST').length === 1);
      const closing = tokens.close();
      expect(await waiting).toMatchObject({ reason: 'closed' });
      expect(api.records.size).toBe(0);
      await closing;
      expect(api.records.size).toBe(0);
      expect(api.requests('DELETE')).toHaveLength(1);
      expect(warnings).toEqual([]);
    });

    it('deletes an old one whose minute is not over', async () => {
      await replace();
      expect(api.records.size).toBe(2);
      await tokens.close();
      expect(api.records.size).toBe(0);
      expect(warnings).toEqual([]);
    });

    it('deletes a coming one whose record is still creating', async () => {
      await tokens.token();
      clock.advance(HOUR * 0.81);
      await tokens.token();
      await until(() => api.records.size === 2);
      await tokens.close();
      expect(api.records.size).toBe(0);
      expect(warnings).toEqual([]);
    });

    it('tries again while a record cannot be deleted yet', async () => {
      await tokens.token();
      const well = api.delete;
      let attempts = 0;
      api.delete = (response, request) => {
        attempts += 1;
        (attempts < 3 ? json(409, { message: 'is creating' }) : well)(response, request);
      };
      await tokens.close();
      expect(api.records.size).toBe(0);
      expect(warnings).toEqual([]);
    });

    it.each<[string, Step, RegExp, number]>([
      ['401', json(401, {}), /401/u, 0],
      ['429 with a pause that is too long', json(429, {}, { 'retry-after': '60' }), /429/u, 0],
      ['503 to the end', json(503, {}), /503/u, 5000],
      ['nothing', () => undefined, /more than 5 s/u, 5000],
    ])('logs what it cannot delete, and ends: %s', async (_name, step, why, waits) => {
      clock.pace = 10;
      await tokens.token();
      api.delete = step;
      const startedAt = performance.now();
      await tokens.close();
      // A pause takes a tenth of its length.
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(waits / 10 - 5);
      expect(performance.now() - startedAt).toBeLessThan(waits / 10 + 400);
      expect(warnings).toEqual([expect.stringMatching(/The record id-1 .* on shutdown/u)]);
      expect(warnings[0]).toMatch(why);
    });

    it('ends although a token is still being made, and logs it', async () => {
      clock.pace = 10;
      api.create = () => undefined;
      const waiting = refusalOf(tokens.token());
      await until(() => api.requests('POST').length === 1);
      await tokens.close();
      expect(await waiting).toMatchObject({ reason: 'closed' });
      expect(warnings).toEqual([expect.stringContaining('was being created on shutdown')]);
    });

    it('twice is the same as once', async () => {
      await tokens.token();
      await Promise.all([tokens.close(), tokens.close(), tokens.onApplicationShutdown()]);
      expect(api.requests('DELETE')).toHaveLength(1);
    });

    it('without a token sends nothing', async () => {
      await tokens.close();
      expect(api.server.seen).toEqual([]);
    });
  });
});
