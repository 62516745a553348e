import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer, type LocalNamespace } from 'nestjs-scaleway-auth/platform';
import { createClient, type Settings } from '@scaleway/sdk-client';
import { Containerv1beta1 } from '@scaleway/sdk-container';
import { Functionv1beta1 } from '@scaleway/sdk-function';
import { SampleContainer } from './sample-container.js';

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const platform = new LocalScalewayPlatform();

beforeAll(() => platform.start());
afterAll(() => platform.stop());

const client = (settings: Partial<Settings> = {}) =>
  createClient({
    apiURL: platform.url,
    accessKey: 'SCWXXXXXXXXXXXXXXXXX',
    secretKey: platform.secretKey,
    defaultRegion: 'fr-par',
    ...settings,
  });

// One surface over the two SDKs, whose calls differ in the name of one id.
const products = [
  {
    package: '@scaleway/sdk-container',
    api: () => new Containerv1beta1.API(client()),
    add: (namespace: LocalNamespace) => platform.addContainer(namespace),
    target: ({ id }: LocalContainer) => ({ containerId: id }),
    listAll: async (namespaceId: string) =>
      (await new Containerv1beta1.API(client()).listContainers({ namespaceId }).all()).map(({ id }) => id),
    find: ({ id }: LocalContainer) => new Containerv1beta1.API(client()).waitForContainer({ containerId: id }),
  },
  {
    package: '@scaleway/sdk-function',
    api: () => new Functionv1beta1.API(client()),
    add: (namespace: LocalNamespace) => platform.addFunction(namespace),
    target: ({ id }: LocalContainer) => ({ functionId: id }),
    listAll: async (namespaceId: string) =>
      (await new Functionv1beta1.API(client()).listFunctions({ namespaceId }).all()).map(({ id }) => id),
    find: ({ id }: LocalContainer) => new Functionv1beta1.API(client()).waitForFunction({ functionId: id }),
  },
];

describe.each(products)('$package', ({ api: createApi, add, target, listAll, find }) => {
  let api: ReturnType<typeof createApi>;
  let namespace: LocalNamespace;
  let own: LocalContainer;
  let neighbour: LocalContainer;
  let sample: SampleContainer;

  beforeAll(async () => {
    api = createApi();
    namespace = await platform.addNamespace({ keyPair: keyPair() });
    [own, neighbour] = [add(namespace), add(namespace)];
    sample = await SampleContainer.start(platform.environmentOf(own));
  });
  afterAll(() => sample?.stop());

  it('creates a token for the namespace, which opens the sample', async () => {
    const token = await api.createToken({ namespaceId: namespace.id, description: 'from the SDK' });
    expect(token).toMatchObject({
      namespaceId: namespace.id,
      publicKey: namespace.publicKey,
      status: 'creating',
      description: 'from the SDK',
    });
    expect(token.expiresAt).toBeUndefined();
    expect(await sample.whoami(token.token)).toMatchObject({ status: 200, body: { scope: 'namespace' } });
  });

  it('creates a token for it alone, with an expiry, which opens the sample', async () => {
    const expiresAt = new Date('2050-06-22T00:00:00Z');
    const token = await api.createToken({ ...target(own), expiresAt });
    expect(token).toMatchObject({ ...target(own), expiresAt });
    expect(await sample.whoami(token.token)).toEqual({
      status: 200,
      body: { namespaceId: null, applicationId: own.id, scope: 'application' },
    });
  });

  it("does not open the sample with a neighbour's token, another namespace's or an expired one", async () => {
    const stranger = await platform.addNamespace({ keyPair: keyPair() });
    const tokens = [
      await api.createToken(target(neighbour)),
      await api.createToken({ namespaceId: stranger.id }),
      await api.createToken({ ...target(own), expiresAt: new Date('2022-06-22T00:00:00Z') }),
    ];
    const statuses = tokens.map(async ({ token }) => (await sample.whoami(token)).status);
    // The stranger's is signed with a key that the sample does not know: forged, as far as it can tell.
    expect(await Promise.all(statuses)).toEqual([403, 401, 401]);
  });

  it('waits for a token, gets it without its secret, and deletes it', async () => {
    const { id, token } = await api.createToken({ namespaceId: namespace.id });
    const ready = await api.waitForToken({ tokenId: id });
    expect(ready).toMatchObject({ id, status: 'ready', token: '<hidden>', publicKey: '' });
    expect(await api.getToken({ tokenId: id })).toEqual(ready);
    expect(await api.deleteToken({ tokenId: id })).toMatchObject({ id, status: 'deleting', token: '' });
    await expect(api.getToken({ tokenId: id })).rejects.toMatchObject({
      name: 'ScalewayError',
      status: 404,
      rawMessage: 'Token was not found',
    });
    // A container checks a signature; it does not ask the API what has been deleted.
    expect((await sample.whoami(token)).status).toBe(200);
  });

  it('finds it by the read-only lists', async () => {
    const { namespaces } = await api.listNamespaces({ name: namespace.id });
    expect(namespaces).toMatchObject([{ id: namespace.id, projectId: platform.projectId, status: 'ready' }]);
    expect(await api.waitForNamespace({ namespaceId: namespace.id })).toMatchObject({ name: namespace.id });
    expect(await listAll(namespace.id)).toEqual([own.id, neighbour.id]);
    expect(await find(own)).toMatchObject({ namespaceId: namespace.id, privacy: 'private', status: 'ready' });
  });

  it('lists page by page, in its order and region, and filters', async () => {
    const apart = await platform.addNamespace({ keyPair: keyPair() });
    const created: string[] = [];
    for (const description of ['1', '2', '3', '4', '5']) {
      created.push((await api.createToken({ namespaceId: apart.id, description })).id);
    }
    const query = { namespaceId: apart.id, pageSize: 2 };
    const firstPage = await api.listTokens(query);
    expect(firstPage.totalCount).toBe(5);
    expect(firstPage.tokens.map(({ id }) => id)).toEqual(created.slice(0, 2));
    expect((await api.listTokens(query).all()).map(({ id }) => id)).toEqual(created);
    const newestFirst = await api.listTokens({ ...query, orderBy: 'created_at_desc', region: 'pl-waw' }).all();
    expect(newestFirst.map(({ id }) => id)).toEqual(created.toReversed());
    const mine = await api.listTokens({ ...target(neighbour), pageSize: 100 });
    expect(mine.tokens).toEqual([expect.objectContaining({ ...target(neighbour), token: '<hidden>' })]);
  });
});
