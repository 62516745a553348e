import { createPublicKey, createVerify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer, type LocalNamespace } from '../../../lib/platform/index.js';
import { call, decode, quickKeyPair } from './support.js';

const PRODUCTS = ['containers', 'functions'] as const;
const REGIONS = ['fr-par', 'nl-ams', 'pl-waw'];
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('issue-jwt of the local platform', () => {
  const platform = new LocalScalewayPlatform();
  let namespace: LocalNamespace;
  let container: LocalContainer;
  let lambda: LocalContainer;

  beforeAll(async () => {
    await platform.start();
    // The one with a key of the real length: the shape of a token includes its size.
    namespace = await platform.addNamespace();
    container = platform.addContainer(namespace);
    lambda = platform.addFunction(namespace);
  });
  afterAll(() => platform.stop());

  const issue = (query: string, { product = 'containers', region = 'fr-par', key = platform.secretKey } = {}) =>
    call(platform.url, `/${product}/v1beta1/regions/${region}/issue-jwt${query}`, { key });

  it.each(PRODUCTS.flatMap((product) => REGIONS.map((region) => ({ product, region }))))(
    'answers for $product in $region with all members of a token, in the recorded order',
    async ({ product, region }) => {
      const { status, headers, json } = await issue(`?namespace_id=${namespace.id}`, { product, region });
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json');
      expect(Object.entries(json)).toEqual([
        ['token', expect.any(String)],
        ['public_key', namespace.publicKey],
        ['namespace_id', namespace.id],
        ['id', decode(json.token).payload['jti']],
        ['status', 'ready'],
        ['expires_at', null],
        ['description', ''],
      ]);
    },
  );

  it('issues a namespace token of the recorded shape, claim for claim', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { json } = await issue(`?namespace_id=${namespace.id}`);
    const { header, payload } = decode(json.token);
    expect(header).toBe('{"alg":"RS256","typ":"JWT"}');
    expect(payload).toEqual({
      iss: 'SCALEWAY',
      aud: 'functions',
      sub: 'token',
      version: 2,
      iat: payload['nbf'],
      nbf: expect.any(Number),
      jti: expect.stringMatching(UUID),
      application_claim: [{ namespace_id: namespace.id, application_id: '' }],
    });
    expect(payload['iat']).toBeGreaterThanOrEqual(before);
    expect(payload['iat']).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
    expect(Number.isInteger(payload['iat'])).toBe(true);
  });

  it('signs with RS256 and the 4096-bit key of the namespace', async () => {
    const { json } = await issue(`?namespace_id=${namespace.id}&expires_at=2050-01-01T00:00:00Z`);
    const [header, payload, signature = ''] = json.token.split('.');
    const key = createPublicKey(namespace.publicKey);
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(4096);
    const verify = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    expect(verify.verify(key, signature, 'base64url')).toBe(true);
    expect(signature).toHaveLength(683);
    expect(json.token.length).toBeGreaterThanOrEqual(1040);
    expect(json.token.length).toBeLessThanOrEqual(1063);
  });

  it('fills only application_id in the token of a container, and of a function', async () => {
    const ofContainer = decode((await issue(`?container_id=${container.id}`)).json.token);
    expect(ofContainer.payload['application_claim']).toEqual([{ namespace_id: '', application_id: container.id }]);
    const ofFunction = decode((await issue(`?function_id=${lambda.id}`, { product: 'functions' })).json.token);
    expect(ofFunction.payload['application_claim']).toEqual([{ namespace_id: '', application_id: lambda.id }]);
  });

  it('names the target and the end that were asked for', async () => {
    const expiry = '&expires_at=2050-06-22T02:00:00%2B02:00';
    const ofContainer = await issue(`?container_id=${container.id}${expiry}`);
    expect(ofContainer.json).toMatchObject({ container_id: container.id, expires_at: '2050-06-22T00:00:00Z' });
    const ofFunction = await issue(`?function_id=${lambda.id}`, { product: 'functions' });
    expect(ofFunction.json).toMatchObject({ function_id: lambda.id, expires_at: null });
  });

  it('takes container_id on the functions URL, as the documentation writes it, but no function_id on the other', async () => {
    expect((await issue(`?container_id=${container.id}`, { product: 'functions' })).status).toBe(200);
    expect((await issue(`?function_id=${lambda.id}`)).status).toBe(400);
  });

  it.each([
    ['2050-06-22T00:00:00Z', '2050-06-22T00:00:00Z'],
    ['2050-06-22T02:30:00+02:30', '2050-06-22T00:00:00Z'],
    ['2050-06-21t19:00:00.999-05:00', '2050-06-22T00:00:00Z'],
    ['2020-06-22T00:00:00z', '2020-06-22T00:00:00Z'],
  ])('signs %s as the exp of that second, past or future', async (asked, instant) => {
    const { json } = await issue(`?namespace_id=${namespace.id}&expires_at=${encodeURIComponent(asked)}`);
    expect(decode(json.token).payload['exp']).toBe(Date.parse(instant) / 1000);
  });

  it('ignores what the API does not know, such as the expiration_date that one client sends', async () => {
    const { status, json } = await issue(`?namespace_id=${namespace.id}&expiration_date=2050-06-22T00:00:00Z`);
    expect(status).toBe(200);
    expect(decode(json.token).payload).not.toHaveProperty('exp');
  });

  it.each([
    ['', 'container_id', 'required'],
    ['?namespace_id=', 'container_id', 'required'],
    ['?namespace_id=NS&container_id=C', 'namespace_id', 'constraint'],
    ['?namespace_id=NS&namespace_id=NS', 'namespace_id', 'constraint'],
    ['?namespace_id=NS&expires_at=tomorrow', 'expires_at', 'format'],
    ['?namespace_id=NS&expires_at=2050-02-30T00:00:00Z', 'expires_at', 'format'],
    ['?namespace_id=NS&expires_at=2050-01-01T24:00:00Z', 'expires_at', 'format'],
    ['?namespace_id=NS&expires_at=2050-01-01T00:00:00', 'expires_at', 'format'],
    ['?namespace_id=NS&expires_at=2050-01-01', 'expires_at', 'format'],
    // A + that is not encoded is a blank.
    ['?namespace_id=NS&expires_at=2050-01-01T00:00:00+02:00', 'expires_at', 'format'],
  ])('answers 400 with details to %s', async (query, argument, reason) => {
    const { status, json } = await issue(query.replaceAll('NS', namespace.id).replace('=C', `=${container.id}`));
    expect(status).toBe(400);
    expect(json).toEqual({
      type: 'invalid_arguments',
      message: 'invalid argument(s)',
      details: [{ argument_name: argument, reason, help_message: expect.stringMatching(/\w/) }],
    });
  });

  it.each([
    ['namespace_id', 'containers', 'Namespace was not found'],
    ['container_id', 'containers', 'Container was not found'],
    ['function_id', 'functions', 'Function was not found'],
  ])('answers 404 to an unknown %s, with a message and no type', async (name, product, message) => {
    const { status, json } = await issue(`?${name}=00000000-0000-4000-8000-000000000000`, { product });
    expect(status).toBe(404);
    expect(json).toEqual({ message });
  });

  it('does not take the id of one kind for another', async () => {
    expect((await issue(`?container_id=${namespace.id}`)).status).toBe(404);
    expect((await issue(`?container_id=${lambda.id}`)).status).toBe(404);
    expect((await issue(`?namespace_id=${container.id}`)).status).toBe(404);
  });

  it.each([
    [undefined, 'invalid_argument'],
    ['', 'invalid_argument'],
    ['not-a-uuid', 'invalid_argument'],
    ['11111111-1111-4111-8111-111111111111', 'not_found'],
  ])('answers 401 to the key %p', async (key, reason) => {
    const path = `/containers/v1beta1/regions/fr-par/issue-jwt?namespace_id=${namespace.id}`;
    const { status, json } = await call(platform.url, path, key === undefined ? {} : { key });
    expect(status).toBe(401);
    expect(json).toEqual({
      type: 'denied_authentication',
      method: 'api_key',
      reason,
      message: expect.any(String),
    });
  });

  it('answers 401 to the right key sent twice', async () => {
    const headers = { 'X-Auth-Token': [platform.secretKey, platform.secretKey] };
    const path = `/containers/v1beta1/regions/fr-par/issue-jwt?namespace_id=${namespace.id}`;
    expect((await call(platform.url, path, { headers })).status).toBe(401);
  });

  it('answers 403 to a key without permissions', async () => {
    const { status, json } = await issue(`?namespace_id=${namespace.id}`, { key: platform.unprivilegedSecretKey });
    expect(status).toBe(403);
    expect(json).toEqual({
      type: 'permissions_denied',
      message: expect.any(String),
      details: [{ resource: 'containers', action: 'read' }],
    });
  });

  it.each([
    '/containers/v1beta1/regions/us-east/issue-jwt',
    '/containers/v1/regions/fr-par/issue-jwt',
    '/registry/v1beta1/regions/fr-par/issue-jwt',
    '/containers/v1beta1/regions/fr-par/issue-jwt/',
    '/containers/v1beta1/regions/fr-par/issue-jwt/x',
    '//containers/v1beta1/regions/fr-par/issue-jwt',
    '/',
  ])('answers 404 to the path %s', async (path) => {
    const { status } = await call(platform.url, `${path}?namespace_id=${namespace.id}`, { key: platform.secretKey });
    expect(status).toBe(404);
  });

  it('answers 405 to another method, naming the right one', async () => {
    const path = `/containers/v1beta1/regions/fr-par/issue-jwt?namespace_id=${namespace.id}`;
    const reply = await call(platform.url, path, { method: 'POST', key: platform.secretKey });
    expect(reply.status).toBe(405);
    expect(reply.headers['allow']).toBe('GET');
  });

  it('keeps the tokens of two namespaces apart by their keys', async () => {
    const other = await platform.addNamespace({ keyPair: quickKeyPair() });
    const { json } = await issue(`?namespace_id=${other.id}`);
    const [header, payload, signature] = json.token.split('.');
    const verify = (pem: string) =>
      createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(pem, signature, 'base64url');
    expect([verify(other.publicKey), verify(namespace.publicKey)]).toEqual([true, false]);
  });
});
