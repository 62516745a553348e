import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ScalewayTokenClient,
  type ScalewayTarget,
  type ScalewayTokenClientOptions,
} from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { issued, ScriptedServer } from './helpers/scripted-server.js';

const server = new ScriptedServer([issued()]);
let client: ScalewayTokenClient;

beforeAll(async () => {
  client = new ScalewayTokenClient({ secretKey: 'a-secret', region: 'fr-par', apiUrl: await server.start() });
});
afterAll(() => server.stop());

describe('arguments are refused before any request', () => {
  it.each([
    ['no id', {}],
    ['two ids', { namespaceId: 'n', containerId: 'c' }],
    ['an unknown name', { applicationId: 'a' }],
    ['an empty id', { containerId: '' }],
    ['an id with a slash', { containerId: 'a/../b' }],
    ['an id with a line break', { containerId: 'a\n' }],
    ['a number', { containerId: 7 }],
  ])('target: %s', async (_name, target) => {
    const error = await refusalOf(client.issueJwt(target as unknown as ScalewayTarget));
    expect(error).toMatchObject({
      name: 'ScalewayPlatformError',
      reason: 'invalid_argument',
      details: {},
    });
    expect(server.seen).toHaveLength(0);
  });

  it('takes an undefined id for none', async () => {
    expect(await refusalOf(client.issueJwt({ containerId: undefined } as never))).toMatchObject({
      message: expect.stringContaining('found: none'),
    });
  });

  it("explains Terraform's form of an id", async () => {
    const error = await refusalOf(client.issueJwt({ containerId: 'fr-par/6f4a1a0e' }));
    expect(error.message).toContain('leave out the region');
  });

  it.each([
    ['the past', '2020-01-01T00:00:00Z'],
    ['this second', new Date(Math.floor(Date.now() / 1000) * 1000)],
    ['no zone', '2099-01-01T00:00:00'],
    ['no time', '2099-01-01'],
    ['30 February', '2099-02-30T00:00:00Z'],
    ['29 February of 2100', '2100-02-29T00:00:00Z'],
    ['month 13', '2099-13-01T00:00:00Z'],
    ['24 hours', '2099-01-01T24:00:00Z'],
    ['second 60', '2099-01-01T23:59:60Z'],
    ['a zone without a colon', '2099-01-01T00:00:00+0200'],
    ['a zone past 23:59', '2099-01-01T00:00:00+24:00'],
    ['words', 'tomorrow'],
    ['spaces around', ' 2099-01-01T00:00:00Z'],
    ['seconds', 4_070_908_800],
    ['an invalid Date', new Date('x')],
    ['null', null],
  ])('expiresAt: %s', async (_name, expiresAt) => {
    const error = await refusalOf(client.issueJwt({ containerId: 'c' }, { expiresAt: expiresAt as string }));
    expect(error).toMatchObject({ reason: 'invalid_argument' });
    expect(error.message).toMatch(/expiresAt must be/u);
    expect(server.seen).toHaveLength(0);
  });

  it.each(['', 'a/b', '..', 'a b'])('token id %j', async (id) => {
    expect(await refusalOf(client.getToken(id))).toMatchObject({ reason: 'invalid_argument' });
    expect(await refusalOf(client.deleteToken(id))).toMatchObject({ reason: 'invalid_argument' });
    expect(server.seen).toHaveLength(0);
  });

  it.each(['FR-PAR', 'fr-par-1', '../x', ''])('region %j', async (region) => {
    expect(await refusalOf(client.issueJwt({ containerId: 'c' }, { region }))).toMatchObject({
      reason: 'configuration',
    });
    expect(server.seen).toHaveLength(0);
  });

  it.each<[string, ScalewayTokenClientOptions]>([
    ['http to another host', { apiUrl: 'http://api.scaleway.com' }],
    ['http to a host that begins like loopback', { apiUrl: 'http://127.0.0.1.example.com' }],
    ['another protocol', { apiUrl: 'ftp://localhost' }],
    ['no URL', { apiUrl: 'api.scaleway.com' }],
    ['a user name', { apiUrl: 'https://user@localhost' }],
    ['a query', { apiUrl: 'https://localhost/?a=b' }],
    ['a region that is none', { region: 'paris' }],
    ['a timeout of 0', { timeoutSeconds: 0 }],
    ['no number', { timeoutSeconds: Number.NaN }],
    ['endless retries', { retries: Number.POSITIVE_INFINITY }],
    ['a negative pause', { maxRetryAfterSeconds: -1 }],
  ])('at construction: %s', (_name, options) => {
    expect(() => new ScalewayTokenClient(options)).toThrow(expect.objectContaining({ reason: 'configuration' }));
  });

  it.each(['http://localhost:1', 'http://127.8.8.8', 'http://[::1]:80', 'https://example.com/proxy/'])(
    'takes %s',
    (apiUrl) => {
      expect(() => new ScalewayTokenClient({ apiUrl })).not.toThrow();
    },
  );
});

describe('the request', () => {
  it('carries the key, the region and the target, and nothing else of interest', async () => {
    await client.issueJwt({ containerId: 'C' }, { region: 'pl-waw', expiresAt: '2099-01-31T20:00:00.5+02:00' });
    const { method, url, headers } = server.seen.at(-1) ?? {};
    expect(method).toBe('GET');
    expect(url).toBe(
      '/containers/v1beta1/regions/pl-waw/issue-jwt?container_id=C&expires_at=2099-01-31T18%3A00%3A00.500Z',
    );
    expect(headers).toMatchObject({ 'x-auth-token': 'a-secret', accept: 'application/json' });
    await client.issueJwt({ functionNamespaceId: 'N' });
    expect(server.seen.at(-1)?.url).toBe('/functions/v1beta1/regions/fr-par/issue-jwt?namespace_id=N');
  });
});
