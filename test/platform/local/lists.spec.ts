import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer, type LocalNamespace } from '../../../lib/platform/index.js';
import { call, quickKeyPair } from './support.js';

describe('the read-only lists of the local platform', () => {
  const platform = new LocalScalewayPlatform();
  let [shop, other]: LocalNamespace[] = [];
  let [web, worker, elsewhere, lambda]: LocalContainer[] = [];

  beforeAll(async () => {
    await platform.start();
    const keyPair = quickKeyPair();
    shop = await platform.addNamespace({ id: 'shop', keyPair });
    other = await platform.addNamespace({ id: 'other', keyPair });
    web = platform.addContainer(shop, { id: 'web' });
    worker = platform.addContainer(shop, { id: 'a-worker' });
    elsewhere = platform.addContainer(other, { id: 'elsewhere' });
    lambda = platform.addFunction(shop, { id: 'lambda' });
  });
  afterAll(() => platform.stop());

  const get = (path: string, key = platform.secretKey) =>
    call(platform.url, `/containers/v1beta1/regions/nl-ams/${path}`, { key });
  const ids = async (path: string, member = 'containers') => {
    const { status, json } = await get(path);
    expect(status).toBe(200);
    return [json[member].map(({ id }: { id: string }) => id), json.total_count];
  };

  it('name what there is, as ready and private, in the region that was asked', async () => {
    expect((await get('namespaces')).json).toEqual({
      namespaces: ['shop', 'other'].map((id) => ({
        id,
        name: id,
        environment_variables: {},
        project_id: platform.projectId,
        status: 'ready',
        region: 'nl-ams',
      })),
      total_count: 2,
    });
    const container = {
      id: 'web',
      name: 'web',
      namespace_id: 'shop',
      status: 'ready',
      environment_variables: {},
      privacy: 'private',
      region: 'nl-ams',
    };
    expect((await get('containers?name=web')).json).toEqual({ containers: [container], total_count: 1 });
    expect((await get('containers/web')).json).toEqual(container);
    expect((await get('namespaces/shop')).json).toMatchObject({ id: 'shop', status: 'ready' });
  });

  it('filter, order and page', async () => {
    expect(await ids('containers')).toEqual([[web!.id, worker!.id, elsewhere!.id], 3]);
    expect(await ids('containers?namespace_id=shop')).toEqual([['web', 'a-worker'], 2]);
    expect(await ids('namespaces/shop/containers')).toEqual([['web', 'a-worker'], 2]);
    expect(await ids('containers?order_by=name_asc')).toEqual([['a-worker', 'elsewhere', 'web'], 3]);
    expect(await ids('containers?order_by=created_at_desc&page=2&page_size=2')).toEqual([['web'], 3]);
    expect(await ids('namespaces?name=shop&project_id=any', 'namespaces')).toEqual([['shop'], 1]);
    expect(await ids('containers?name=none')).toEqual([[], 0]);
  });

  it('keep containers and functions apart', async () => {
    const functions = (path: string) =>
      call(platform.url, `/functions/v1beta1/regions/fr-par/${path}`, { key: platform.secretKey });
    expect((await functions('functions')).json.functions).toEqual([expect.objectContaining({ id: lambda!.id })]);
    expect((await functions('namespaces/shop/functions')).json.total_count).toBe(1);
    expect((await functions('functions/web')).json).toEqual({ message: 'Function was not found' });
    expect((await functions('containers')).json).toEqual({ message: 'Path was not found' });
    expect((await get('functions')).status).toBe(404);
    expect((await get('containers/lambda')).json).toEqual({ message: 'Container was not found' });
  });

  it.each([
    ['namespaces/none', 404],
    ['namespaces/web', 404],
    ['containers/none', 404],
    ['containers/', 404],
    ['namespaces//containers', 404],
    ['namespaces/shop/functions', 404],
    ['namespaces/shop/containers/web', 404],
    ['namespaces/none/containers', 404],
    ['containers?namespace_id=none', 404],
    ['containers?order_by=size', 400],
    ['containers?page=0', 400],
    ['containers?page_size=101', 400],
  ])('answer to %s with %i', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('change nothing, and take the secret key', async () => {
    const path = '/containers/v1beta1/regions/fr-par/containers';
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      const { status, headers } = await call(platform.url, path, { method, key: platform.secretKey });
      expect([status, headers['allow']]).toEqual([405, 'GET']);
    }
    expect((await get('containers', '11111111-1111-4111-8111-111111111111')).status).toBe(401);
    expect((await get('containers', platform.unprivilegedSecretKey)).status).toBe(403);
  });

  it('have one of their own for inspect: what each container is', async () => {
    platform.failNext({ status: 503 });
    const { status, json } = await call(platform.url, '/local/containers', { key: platform.secretKey });
    expect(status).toBe(200);
    expect(json.containers.map(({ id, kind }: { id: string; kind: string }) => [id, kind])).toEqual([
      ['web', 'container'],
      ['a-worker', 'container'],
      ['elsewhere', 'container'],
      ['lambda', 'function'],
    ]);
    expect(json.containers[0].environment).toEqual(platform.environmentOf(web!));
    expect((await call(platform.url, '/local/containers')).status).toBe(401);
    // It is no call of the API: the failure is still to come.
    expect((await get('containers')).status).toBe(503);
  });
});
