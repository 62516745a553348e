import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalNamespace } from '../../../lib/platform/index.js';
import { call, quickKeyPair } from './support.js';

describe("the local platform's server", () => {
  const platform = new LocalScalewayPlatform();
  const key = platform.secretKey;
  let namespace: LocalNamespace;
  let port: number;
  let path: string;

  beforeAll(async () => {
    await platform.start();
    port = Number(new URL(platform.url).port);
    namespace = await platform.addNamespace({ keyPair: quickKeyPair() });
    path = `/containers/v1beta1/regions/fr-par/issue-jwt?namespace_id=${namespace.id}`;
  });
  afterAll(() => platform.stop());

  /** Sends bytes as they are, and gives all that comes back until the server closes or is silent. */
  const raw = (bytes: string, silence = 1000) =>
    new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      let received = '';
      const done = () => {
        socket.destroy();
        resolve(received);
      };
      socket.setTimeout(silence, done);
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('error', done);
      socket.on('close', done);
    });
  const create = (description: string) =>
    call(platform.url, '/containers/v1beta1/regions/fr-par/tokens', {
      method: 'POST',
      key,
      body: JSON.stringify({ namespace_id: namespace.id, description }),
    });
  const stillAnswers = async () => expect((await call(platform.url, path, { key })).status).toBe(200);

  it.each(['localhost', 'LOCALHOST:8081', '127.0.0.1', '127.0.0.1:8081', '[::1]', '[::1]:8081'])(
    'answers to the Host %s',
    async (host) => {
      expect((await call(platform.url, path, { key, headers: { Host: host } })).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:8081',
    '::1',
    '10.0.0.1',
    'localhost:',
    'x@localhost',
    '0.0.0.0',
  ])('refuses the Host %s, whatever the key', async (host) => {
    const { status, json } = await call(platform.url, path, { key, headers: { Host: host } });
    expect(status).toBe(403);
    expect(json).toEqual({ message: expect.stringContaining('localhost') });
  });

  it('refuses a request with two Hosts, or none', async () => {
    const head = `GET ${path} HTTP/1.1\r\nX-Auth-Token: ${key}\r\nConnection: close\r\n`;
    expect(await raw(`${head}Host: localhost\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await raw(`${head}Host: localhost\r\nHost: localhost\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await raw(`${head.replace('1.1', '1.0')}\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('gives each answer an X-Request-Id of its own', async () => {
    const answers = [
      await call(platform.url, path, { key }),
      await call(platform.url, path),
      await call(platform.url, '/nowhere', { key }),
      await call(platform.url, path, { key, headers: { Host: 'evil.example' } }),
    ];
    const ids = answers.map(({ headers }) => headers['x-request-id']);
    expect(ids).toEqual(answers.map(() => expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)));
    expect(new Set(ids).size).toBe(answers.length);
  });

  const extensions = [
    'chrome-extension://aejoelaoggembcahagimdiliamlcdmfm',
    'moz-extension://6f4a1a0e-3f0e-4d3e-9f0e-0c9d',
  ];

  it.each(extensions)('answers to the browser extension %s, which still needs the key', async (origin) => {
    const answer = await call(platform.url, path, { key, headers: { Origin: origin } });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect((await call(platform.url, path, { headers: { Origin: origin } })).status).toBe(401);
    const headers = { Origin: origin, 'Access-Control-Request-Headers': 'x-auth-token' };
    const preflight = await call(platform.url, path, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-headers']).toContain('X-Auth-Token');
  });

  it.each([
    'chrome-extension://evil.example/x',
    'chrome-extension:',
    'https://chrome-extension://abc',
    'moz-extension://a, https://evil.example',
    ['chrome-extension://abc', 'https://evil.example'],
    ['https://evil.example', 'chrome-extension://abc'],
  ])('refuses the Origin %p, which is no extension', async (origin) => {
    expect((await call(platform.url, path, { key, headers: { Origin: origin } })).status).toBe(403);
  });

  it('lets in a page that it serves itself, under the name it was opened by, and no other', async () => {
    const host = `127.0.0.1:${port}`;
    const status = async (headers: Record<string, string>) => (await call(platform.url, path, { key, headers })).status;
    expect(await status({ Host: host, Origin: `http://${host}` })).toBe(200);
    for (const origin of [
      `http://localhost:${port}`,
      `https://${host}`,
      `http://${host}/`,
      `http://127.0.0.1:${port + 1}`,
    ])
      expect(await status({ Host: host, Origin: origin })).toBe(403);
    expect(await status({ Host: 'evil.example', Origin: 'http://evil.example' })).toBe(403);
  });

  it.each(['http://localhost:3000', 'https://evil.example', 'null', ''])('refuses the Origin %s', async (origin) => {
    const { status, headers } = await call(platform.url, path, { key, headers: { Origin: origin } });
    expect(status).toBe(403);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('sends no CORS headers, to a preflight neither', async () => {
    const preflight = await call(platform.url, path, {
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost:3000', 'Access-Control-Request-Headers': 'x-auth-token' },
    });
    expect(preflight.status).toBe(403);
    const usual = await call(platform.url, path, { key });
    for (const { headers } of [preflight, usual]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('listens on loopback only', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    const reached = await Promise.all(
      [...outside, '127.0.0.2'].map(
        (address) =>
          new Promise<boolean>((resolve) => {
            const socket = connect(port, address, () => resolve(socket.destroy().destroyed));
            socket.once('error', () => resolve(false));
          }),
      ),
    );
    expect(reached.filter(Boolean)).toEqual([]);
    await stillAnswers();
  });

  it('takes a body of 64 KiB, and refuses a longer one', async () => {
    expect((await create('x'.repeat(65_000))).status).toBe(200);
    expect((await create('x'.repeat(66_000))).status).toBe(413);
    await stillAnswers();
  });

  it('refuses a head of more than 16 KiB', async () => {
    const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: ${key}\r\n`;
    expect(await raw(`${head}X-Filler: ${'x'.repeat(17_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    await stillAnswers();
  });

  it.each([
    ['no HTTP at all', '\0\x01\x02garbage\r\n\r\n'],
    ['a TLS hello', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
    ['a bad header', 'GET / HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n'],
    ['a bad length', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n'],
    ['a bad chunk', 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a CONNECT', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['an upgrade', 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['a foreign absolute URL', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a bad percent sign', 'GET /containers/v1beta1/regions/fr-par/tokens/%ZZ HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['half a request', 'POST /containers/v1beta1/regions/fr-par/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Le'],
  ])('survives %s', async (_, bytes) => {
    expect(await raw(bytes, 300)).not.toMatch(/^HTTP\/1\.1 [25]/);
    await stillAnswers();
  });

  it('survives a client that leaves in the middle of a body', async () => {
    const head = `POST /containers/v1beta1/regions/fr-par/tokens HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: ${key}`;
    await raw(`${head}\r\nContent-Length: 100\r\n\r\n{"names`, 100);
    await stillAnswers();
  });
});
