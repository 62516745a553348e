import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer, type LocalNamespace } from '../../../lib/platform/index.js';
import { call, decode, quickKeyPair, type Call } from './support.js';

const READY_AFTER = 150;

describe.each([
  { product: 'containers', kind: 'container' },
  { product: 'functions', kind: 'function' },
] as const)('the tokens API of $product', ({ product, kind }) => {
  const platform = new LocalScalewayPlatform({ tokenReadyAfter: READY_AFTER });
  const key = platform.secretKey;
  let namespace: LocalNamespace;
  let runnable: LocalContainer;

  beforeAll(async () => {
    await platform.start();
    namespace = await platform.addNamespace({ keyPair: quickKeyPair() });
    runnable = kind === 'container' ? platform.addContainer(namespace) : platform.addFunction(namespace);
  });
  afterAll(() => platform.stop());

  const tokens = (rest = '', options: Call = {}, region = 'fr-par') =>
    call(platform.url, `/${product}/v1beta1/regions/${region}/tokens${rest}`, { key, ...options });
  const create = (body: object) => tokens('', { method: 'POST', body: JSON.stringify(body) });

  it('creates a token for a namespace and shows it once', async () => {
    const { status, json } = await create({ namespace_id: namespace.id });
    expect(status).toBe(200);
    expect(json).toEqual({
      id: decode(json.token).payload['jti'],
      token: expect.any(String),
      namespace_id: namespace.id,
      public_key: namespace.publicKey,
      status: 'creating',
      description: '',
      expires_at: null,
    });
    expect(decode(json.token).payload).not.toHaveProperty('exp');
  });

  it(`creates a token for a ${kind}, with a description and an expiry that comes back in Z`, async () => {
    const body = { [`${kind}_id`]: runnable.id, description: 'CI', expires_at: '2050-06-22T02:00:00+02:00' };
    const { json } = await create(body);
    expect(json).toMatchObject({
      [`${kind}_id`]: runnable.id,
      description: 'CI',
      expires_at: '2050-06-22T00:00:00Z',
    });
    expect(json).not.toHaveProperty('namespace_id');
    const { payload } = decode(json.token);
    expect(payload['exp']).toBe(Date.parse('2050-06-22T00:00:00Z') / 1000);
    expect(payload['application_claim']).toEqual([{ namespace_id: '', application_id: runnable.id }]);
  });

  it('hides the token and the key on read; creating becomes ready', async () => {
    const { json: created } = await create({ namespace_id: namespace.id, description: 'read me' });
    const first = await tokens(`/${created.id}`);
    const hidden = { ...created, token: '<hidden>', public_key: '' };
    expect(first).toMatchObject({ status: 200, json: hidden });
    await new Promise((resolve) => setTimeout(resolve, READY_AFTER + 50));
    const second = await tokens(`/${created.id}`);
    expect(second.json).toEqual({ ...hidden, status: 'ready' });
  });

  it('deletes: 200 with deleting and no token, from then on 404', async () => {
    const { json: created } = await create({ namespace_id: namespace.id });
    const deleted = await tokens(`/${created.id}`, { method: 'DELETE' });
    expect(deleted).toMatchObject({ status: 200, json: { id: created.id, status: 'deleting', token: '' } });
    const gone = { status: 404, json: { message: 'Token was not found' } };
    expect(await tokens(`/${created.id}`)).toMatchObject(gone);
    expect(await tokens(`/${created.id}`, { method: 'DELETE' })).toMatchObject(gone);
    expect(gone.json).toEqual((await tokens(`/${created.id}`)).json);
  });

  it('lists in pages, by age, filtered by what a token is for', async () => {
    const fresh = await platform.addNamespace({ keyPair: quickKeyPair() });
    const ids: string[] = [];
    for (const description of ['1', '2', '3']) {
      // oxlint-disable-next-line no-await-in-loop -- their order is what the test is about
      ids.push((await create({ namespace_id: fresh.id, description })).json.id);
    }
    const list = async (query: string) => {
      const { json } = await tokens(`?namespace_id=${fresh.id}${query}`);
      return { ids: json.tokens.map(({ id }: { id: string }) => id), total: json.total_count };
    };
    expect(await list('')).toEqual({ ids, total: 3 });
    expect(await list('&order_by=created_at_desc')).toEqual({ ids: ids.toReversed(), total: 3 });
    expect(await list('&page=1&page_size=2')).toEqual({ ids: ids.slice(0, 2), total: 3 });
    expect(await list('&page=2&page_size=2')).toEqual({ ids: ids.slice(2), total: 3 });
    expect(await list('&page=9')).toEqual({ ids: [], total: 3 });
    const { json } = await tokens(`?${kind}_id=${runnable.id}&page_size=100`);
    expect(json.tokens.length).toBeGreaterThan(0);
    for (const token of json.tokens) {
      expect(token).toMatchObject({ [`${kind}_id`]: runnable.id, token: '<hidden>', public_key: '' });
    }
  });

  it("does not show one product's tokens to the other", async () => {
    const { json: created } = await create({ namespace_id: namespace.id });
    const other = product === 'containers' ? 'functions' : 'containers';
    const path = `/${other}/v1beta1/regions/fr-par/tokens`;
    // The first is recorded; for the other way round nothing is.
    const message = product === 'functions' ? 'Container was not found' : 'Token was not found';
    for (const method of ['GET', 'DELETE']) {
      const reply = await call(platform.url, `${path}/${created.id}`, { method, key });
      expect(reply).toMatchObject({ status: 404, json: { message } });
    }
    expect((await call(platform.url, path, { key })).json).toEqual({ tokens: [], total_count: 0 });
  });

  it.each(['nl-ams', 'pl-waw'])('answers in %s too', async (region) => {
    expect((await tokens('', {}, region)).status).toBe(200);
  });

  it.each([
    ['{', 'body', 'format'],
    ['', 'body', 'format'],
    ['[]', 'body', 'format'],
    ['null', 'body', 'format'],
    ['{}', `${kind}_id`, 'required'],
    ['{"namespace_id":null}', `${kind}_id`, 'required'],
    ['{"namespace_id":7}', 'namespace_id', 'format'],
    ['{"__proto__":{"namespace_id":"NS"}}', `${kind}_id`, 'required'],
    ['{"namespace_id":"NS","description":{}}', 'description', 'format'],
    ['{"namespace_id":"NS","expires_at":1700000000}', 'expires_at', 'format'],
    ['{"namespace_id":"NS","expires_at":"soon"}', 'expires_at', 'format'],
    [`{"namespace_id":"NS","${kind}_id":"x"}`, 'namespace_id', 'constraint'],
  ])('answers 400 with details to the body %s', async (body, argument, reason) => {
    const { status, json } = await tokens('', { method: 'POST', body: body.replace('NS', namespace.id) });
    expect(status).toBe(400);
    expect(json.type).toBe('invalid_arguments');
    expect(json.details).toEqual([{ argument_name: argument, reason, help_message: expect.any(String) }]);
  });

  it.each(['page=0', 'page=-1', 'page=x', 'page_size=0', 'page_size=101', 'page_size=1e2', 'order_by=name'])(
    'answers 400 to a list with %s',
    async (query) => {
      const { status, json } = await tokens(`?${query}`);
      expect(status).toBe(400);
      expect(json.details[0].argument_name).toBe(query.split('=')[0]);
    },
  );

  it('answers 404 to what does not exist, 401 and 403 by the key', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await create({ namespace_id: nobody })).json).toEqual({ message: 'Namespace was not found' });
    expect((await tokens(`?namespace_id=${nobody}`)).status).toBe(404);
    expect((await tokens('', { key: nobody })).json.type).toBe('denied_authentication');
    const denied = await tokens('', { method: 'POST', key: platform.unprivilegedSecretKey, body: '{}' });
    expect(denied.json).toMatchObject({
      type: 'permissions_denied',
      details: [{ resource: product, action: 'write' }],
    });
  });

  it('keeps 1,000 tokens and no more', async () => {
    const bounded = new LocalScalewayPlatform();
    await bounded.start();
    const { id } = await bounded.addNamespace({ keyPair: quickKeyPair() });
    const path = `/${product}/v1beta1/regions/fr-par/tokens`;
    const body = JSON.stringify({ namespace_id: id });
    const createOne = () => call(bounded.url, path, { method: 'POST', key: bounded.secretKey, body });
    for (let created = 0; created < 1000; created += 50) {
      // oxlint-disable-next-line no-await-in-loop -- in handfuls: the platform takes 100 connections
      const replies = await Promise.all(Array.from({ length: 50 }, createOne));
      expect(replies.every(({ status }) => status === 200)).toBe(true);
    }
    const { status, json } = await createOne();
    await bounded.stop();
    expect(status).toBe(403);
    expect(json).toMatchObject({
      type: 'quotas_exceeded',
      details: [{ resource: 'tokens', quota: 1000, current: 1000 }],
    });
  });
});
