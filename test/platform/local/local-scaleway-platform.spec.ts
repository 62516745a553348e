import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform } from '../../../lib/platform/index.js';
import { call, decode, quickKeyPair } from './support.js';

const keyPair = quickKeyPair();

describe('LocalScalewayPlatform', () => {
  it('gives a container the environment that Scaleway gives a private one', async () => {
    const platform = new LocalScalewayPlatform();
    const namespace = await platform.addNamespace({ id: 'ns', keyPair });
    const container = platform.addContainer(namespace, { id: 'app' });
    expect(platform.environmentOf(container)).toEqual({
      SCW_PUBLIC: 'false',
      SCW_PUBLIC_KEY: expect.stringMatching(
        /^-----BEGIN RSA PUBLIC KEY-----\n([A-Za-z\d+/=]{1,64}\n)+-----END RSA PUBLIC KEY-----\n$/,
      ),
      SCW_NAMESPACE_ID: 'ns',
      SCW_APPLICATION_ID: 'app',
    });
  });

  it('makes fresh ids and keys when none are given', async () => {
    const [one, two] = [new LocalScalewayPlatform(), new LocalScalewayPlatform()];
    expect(one.secretKey).not.toBe(two.secretKey);
    const namespace = await one.addNamespace({ keyPair });
    expect(one.addContainer(namespace).id).not.toBe(one.addContainer(namespace).id);
  });

  it('issues tokens without HTTP, expired ones too', async () => {
    const platform = new LocalScalewayPlatform();
    const namespace = await platform.addNamespace({ id: 'ns', keyPair });
    const container = platform.addContainer(namespace, { id: 'app' });
    const forNamespace = decode(await platform.issueToken(namespace)).payload;
    expect(forNamespace['application_claim']).toEqual([{ namespace_id: 'ns', application_id: '' }]);
    const expiresAt = new Date('2020-01-01T00:00:00.900Z');
    const forContainer = decode(await platform.issueToken(container, { expiresAt })).payload;
    expect(forContainer['application_claim']).toEqual([{ namespace_id: '', application_id: 'app' }]);
    expect(forContainer['exp']).toBe(Date.parse('2020-01-01T00:00:00Z') / 1000);
  });

  it('refuses what would make it lie: taken or empty ids, foreign namespaces, a key that is no UUID', async () => {
    const platform = new LocalScalewayPlatform();
    const namespace = await platform.addNamespace({ id: 'ns', keyPair });
    platform.addContainer(namespace, { id: 'app' });
    expect(() => platform.addContainer(namespace, { id: 'app' })).toThrow('"app"');
    expect(() => platform.addFunction(namespace, { id: 'ns' })).toThrow('"ns"');
    await expect(platform.addNamespace({ id: 'app', keyPair })).rejects.toThrow('"app"');
    await expect(platform.addNamespace({ id: '', keyPair })).rejects.toThrow('empty');
    const other = new LocalScalewayPlatform();
    expect(() => other.addContainer(namespace)).toThrow('addNamespace()');
    await expect(other.issueToken(namespace)).rejects.toThrow('"ns"');
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await expect(platform.addNamespace({ keyPair: elliptic })).rejects.toThrow('RSA');
    await expect(platform.issueToken(namespace, { expiresAt: new Date('soon') })).rejects.toThrow(RangeError);
    const secretKey = 'my-real-secret';
    expect(() => new LocalScalewayPlatform({ secretKey })).toThrow(/^(?!.*my-real-secret).*UUID/);
  });

  it('starts, stops and starts again, and says when it has no URL', async () => {
    const platform = new LocalScalewayPlatform();
    expect(() => platform.url).toThrow('start()');
    await platform.start();
    await expect(platform.start()).rejects.toThrow('already started');
    const { url } = platform;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await call(url, '/')).status).toBe(401);
    await platform.stop();
    await platform.stop();
    await expect(call(url, '/')).rejects.toThrow('ECONNREFUSED');
    await platform.start();
    expect((await call(platform.url, '/')).status).toBe(401);
    await platform.stop();
  });

  it('names the port that is in use, and can be started later', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as AddressInfo;
    const platform = new LocalScalewayPlatform({ port });
    await expect(platform.start()).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(String(port)),
    });
    await new Promise((resolve) => occupant.close(resolve));
    await platform.start();
    expect(platform.url).toBe(`http://127.0.0.1:${port}`);
    await platform.stop();
  });

  it('fails the next calls as told, once each', async () => {
    const platform = new LocalScalewayPlatform();
    await platform.start();
    const path = '/containers/v1beta1/regions/fr-par/tokens';
    const list = () => call(platform.url, path, { key: platform.secretKey });
    platform.failNext({ status: 429, body: { type: 'too_many_requests' }, headers: { 'Retry-After': '1' } });
    platform.failNext({ status: 503 });
    const limited = await list();
    expect(limited).toMatchObject({ status: 429, json: { type: 'too_many_requests' } });
    expect(limited.headers['retry-after']).toBe('1');
    expect(await list()).toMatchObject({ status: 503, json: {} });
    expect((await list()).status).toBe(200);
    expect(() => platform.failNext({ status: 200 })).toThrow(RangeError);
    await platform.stop();
  });
});
