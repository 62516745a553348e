import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readSending, send, type Sent } from '../../../lib/cli/console/send.js';
import { freePort } from '../../support/process.js';

describe('what the console sends to a container', () => {
  const servers: { close(): unknown; closeAllConnections?(): void }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections?.();
    }
  });

  const listen = async (answer: RequestListener, host = '127.0.0.1'): Promise<number> => {
    const server: Server = createServer(answer).listen(0, host);
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  };
  const get = (port: number, path = '/', token = ''): Promise<Sent> => send({ method: 'GET', path, token }, port);

  it('is the method, the path and the token, and nothing of the page', async () => {
    let seen: unknown;
    const port = await listen(({ method, url, headers }, response) => {
      seen = { method, url, headers };
      response.end('hello');
    });
    expect(await send({ method: 'PATCH', path: '/a?b=c', token: 'the-token' }, port)).toEqual({
      status: 200,
      statusText: 'OK',
      challenge: null,
      body: 'hello',
      isCut: false,
    });
    const headers = { 'x-auth-token': 'the-token', host: `localhost:${port}`, connection: 'close' };
    expect(seen).toEqual({ method: 'PATCH', url: '/a?b=c', headers: expect.objectContaining(headers) });
    await get(port);
    expect(seen).not.toMatchObject({ headers: { 'x-auth-token': expect.anything() } });
  });

  it('reaches a container that listens on ::1 alone', async () => {
    const port = await listen((_request, response) => response.end('six'), '::1');
    expect(await get(port)).toMatchObject({ body: 'six' });
  });

  it('follows no redirect, to another port or host', async () => {
    let reached = 0;
    const other = await listen((_request, response) => response.end(String(++reached)));
    const port = await listen((_request, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${other}/` }).end();
    });
    expect(await get(port)).toMatchObject({ status: 302 });
    expect(reached).toBe(0);
  });

  it('reads 32 KiB of an answer, and ends the connection of one that never ends', async () => {
    const port = await listen((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(5000)), 5);
      response.on('close', () => clearInterval(timer));
    });
    const sent = (await get(port)) as { body: string; isCut: boolean };
    expect([sent.body.length, sent.isCut]).toEqual([32 * 1024, true]);
  });

  it('shows an answer without what would control a terminal or turn text around', async () => {
    const port = await listen((_request, response) => {
      response.setHeader('WWW-Authenticate', 'Bearer \u009b31m');
      response.end('\u001b[2J\u009b\u202e');
    });
    expect(await get(port)).toMatchObject({
      challenge: expect.stringMatching(/^Bearer .?\\u009b31m$/),
      body: '\\u001b[2J\\u009b\\u202e',
    });
  });

  it('says that nothing listens, and that an answer is none', async () => {
    const nobody = await freePort();
    expect(await get(nobody)).toEqual({ problem: `Nothing listens on port ${nobody} yet.` });
    const server = createTcpServer((socket) => socket.end('no HTTP\r\n\r\n')).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await get(port)).toEqual({ problem: 'The container did not respond: HPE_INVALID_CONSTANT.' });
  });

  it('gives up after 10 seconds', async () => {
    const port = await listen(() => {});
    const before = Date.now();
    expect(await get(port)).toEqual({ problem: 'The container did not respond within 10 seconds.' });
    expect(Date.now() - before).toBeGreaterThan(9500);
    expect(Date.now() - before).toBeLessThan(13_000);
  });

  it.each([
    [{ method: 'GET', path: '/', token: 'x' }, undefined],
    [{ method: 'GET', path: '/%E2%82%AC?a=b&c', token: '' }, undefined],
    [{ method: 'TRACE', path: '/', token: '' }, 'The method'],
    [{ method: 'get', path: '/', token: '' }, 'The method'],
    [{ method: 'GET', path: '/€', token: '' }, 'The path'],
    [{ method: 'GET', path: '/a b', token: '' }, 'The path'],
    [{ method: 'GET', path: 'http://evil.example/', token: '' }, 'The path'],
    [{ method: 'GET', path: '*', token: '' }, 'The path'],
    [{ method: 'GET', path: '/', token: '\n' }, 'No HTTP client'],
    [{ method: 'GET', path: '/', token: 'é' }, 'No HTTP client'],
    [{}, 'The method'],
  ])('is %j: %s', (input, problem) => {
    const read = readSending(input);
    if (problem === undefined) expect(read).toEqual(input);
    else expect(read).toContain(problem);
  });
});
