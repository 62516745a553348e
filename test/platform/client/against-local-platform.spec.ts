import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, ScalewayTokenClient, type ScalewayTarget } from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { quickKeyPair } from '../local/support.js';

const platform = new LocalScalewayPlatform({ tokenReadyAfter: 0 });
let client: ScalewayTokenClient;
let namespaceId: string;
let containerId: string;
let functionId: string;
let publicKey: string;

beforeAll(async () => {
  await platform.start();
  const namespace = await platform.addNamespace({ keyPair: quickKeyPair() });
  namespaceId = namespace.id;
  containerId = platform.addContainer(namespace).id;
  functionId = platform.addFunction(namespace).id;
  ({ publicKey } = namespace);
  client = new ScalewayTokenClient({ secretKey: platform.secretKey, apiUrl: platform.url, region: 'nl-ams' });
});

afterAll(() => platform.stop());

function claimsOf(token: string): Record<string, unknown> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const genuine = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    createPublicKey(publicKey),
    Buffer.from(signature, 'base64url'),
  );
  expect(genuine).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

describe('issuing a JWT', () => {
  const scopes: [string, () => ScalewayTarget, () => object][] = [
    ['a namespace', () => ({ namespaceId }), () => ({ namespace_id: namespaceId, application_id: '' })],
    ['a container', () => ({ containerId }), () => ({ namespace_id: '', application_id: containerId })],
    ['a function', () => ({ functionId }), () => ({ namespace_id: '', application_id: functionId })],
    [
      'a namespace of functions',
      () => ({ functionNamespaceId: namespaceId }),
      () => ({ namespace_id: namespaceId, application_id: '' }),
    ],
  ];

  it.each(scopes)('gives a genuine token for %s', async (_name, target, claim) => {
    const issued = await client.issueJwt(target());
    expect(claimsOf(issued.token)['application_claim']).toEqual([claim()]);
    expect(issued.publicKey).toBe(publicKey);
    expect(issued.expiresAt).toBeUndefined();
    expect(Math.abs((issued.issuedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it.each([
    ['a Date', new Date('2099-01-31T18:00:00.900Z')],
    ['another zone', '2099-01-31T20:30:00+02:30'],
    ['lower case', '2099-01-31t18:00:00z'],
  ])('sets the expiry from %s, in whole seconds', async (_name, expiresAt) => {
    const issued = await client.issueJwt({ containerId }, { expiresAt });
    expect(claimsOf(issued.token)['exp']).toBe(Date.parse('2099-01-31T18:00:00Z') / 1000);
    expect(issued.expiresAt).toEqual(new Date('2099-01-31T18:00:00Z'));
  });

  it('says what the platform says of an unknown id, a wrong key and a key without permission', async () => {
    const unknown = await refusalOf(client.issueJwt({ containerId: namespaceId }));
    expect(unknown).toMatchObject({ reason: 'not_found', details: { status: 404 } });
    expect(unknown.message).toContain('nl-ams');
    const at = { apiUrl: platform.url, region: 'fr-par' };
    const stranger = new ScalewayTokenClient({ ...at, secretKey: '00000000-0000-4000-8000-000000000000' });
    expect(await refusalOf(stranger.issueJwt({ containerId }))).toMatchObject({
      reason: 'unauthenticated',
      details: { status: 401 },
    });
    const weak = new ScalewayTokenClient({ ...at, secretKey: platform.unprivilegedSecretKey });
    expect(await refusalOf(weak.issueJwt({ containerId }))).toMatchObject({
      reason: 'forbidden',
      details: { status: 403 },
    });
  });
});

describe('the tokens API', () => {
  it('creates, gets, lists and deletes a token', async () => {
    const created = await client.createToken(
      { containerId },
      { description: 'nightly', expiresAt: '2099-01-31T18:00:00Z' },
    );
    expect(claimsOf(created.token)['jti']).toBe(created.id);
    expect(created).toMatchObject({ containerId, namespaceId: undefined, description: 'nightly' });
    expect(created.expiresAt).toEqual(new Date('2099-01-31T18:00:00Z'));

    const known = await client.getToken(created.id);
    expect(known).toMatchObject({ id: created.id, status: 'ready', containerId, description: 'nightly' });
    expect(known).not.toHaveProperty('token');
    expect((await client.listTokens({ containerId })).map(({ id }) => id)).toEqual([created.id]);
    expect(await client.listTokens({ namespaceId })).toEqual([]);

    await client.deleteToken(created.id);
    expect(await refusalOf(client.getToken(created.id))).toMatchObject({ reason: 'not_found' });
    expect(await refusalOf(client.deleteToken(created.id))).toMatchObject({ reason: 'not_found' });
  });

  it('lists every page, each token once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 23; i += 1) {
      ids.push((await client.createToken({ functionId })).id);
    }
    expect((await client.listTokens({ functionId })).map(({ id }) => id)).toEqual(ids);
    expect(await client.listTokens(undefined, { product: 'functions' })).toHaveLength(23);
    expect(await client.getToken(ids[0] ?? '', { product: 'functions' })).toMatchObject({ functionId });
  });
});
