import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, type Call } from '../../platform/local/support.js';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { MAIN, Run } from './support.js';

// They read the command's environment from /proc.
const onLinux = process.platform === 'linux' ? it : it.skip;

describe("the console's calls", () => {
  let run: Run;
  let port: number;
  let url: string;
  let key: string;
  let elsewhere: Server;
  const reached: string[] = [];

  beforeAll(async () => {
    port = await freePort();
    const args = [
      'dev',
      '--platform-port',
      '0',
      '--container-id',
      'my-app',
      '--',
      process.execPath,
      'dist/sample/main.js',
    ];
    run = new Run(process.execPath, [MAIN, ...args], { env: { ...cleanEnvironment(), PORT: String(port) } });
    await run.shows('successfully started');
    [url = '', key = ''] = (/Console: (\S+)/.exec(run.stderr)?.[1] ?? '').split('/#');
    elsewhere = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(async () => {
    elsewhere.close();
    run.child.kill('SIGTERM');
    await run.exitCode();
  });

  const post = async (path: string, body: unknown, options: Call = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return call(url, `/console/${path}`, { method: 'POST', key, body: text, ...options });
  };
  const make = async (kind: string) => (await post('tokens', { kind })).json.token as string;
  const send = async (token: string, path = '/whoami', method = 'GET') =>
    (await post('send', { token, path, method })).json;
  const state = async () => (await call(url, '/console/state', { key })).json;

  it.each([
    ['container', 200, null],
    ['namespace', 200, null],
    ['sibling', 403, 'wrong_application'],
    ['stranger', 401, 'bad_signature'],
    ['expired', 401, 'expired'],
    ['ending', 200, null],
    ['forged', 401, 'bad_signature'],
  ])('make a token %s; the container answers %i as its checks say', async (kind, status, reason) => {
    const token = await make(kind);
    const sent = await send(token);
    expect(sent).toMatchObject({ status });
    expect(sent.challenge === null).toBe(status === 200);
    expect((await post('inspect', { token })).json).toMatchObject({ accepted: status === 200, status, reason });
    const { kinds } = await state();
    expect(kinds.find((each: { kind: string }) => each.kind === kind).answer).toContain(String(status));
  });

  it('tell which containers there are, and what the running one listens on', async () => {
    const { containers, port: ports } = await state();
    expect(ports).toEqual({ expected: port, current: port });
    expect(containers[0]).toMatchObject({ label: 'This container', id: 'my-app' });
    expect(Object.keys(containers[0].environment)).toHaveLength(4);
    expect(JSON.stringify(containers)).not.toContain('PRIVATE');
  });

  it('list what the container refused, newest first, without any token', async () => {
    const token = await make('sibling');
    await send('');
    await send(token);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { refusals } = await state();
    const { jti } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { jti: string };
    expect(refusals.slice(0, 2)).toEqual([
      {
        time: expect.stringMatching(/Z$/),
        reason: 'wrong_application',
        status: 403,
        handler: 'WhoamiController.whoami',
        header: 'x-auth-token',
        tokenId: jti,
      },
      expect.objectContaining({ reason: 'no_token', header: '', tokenId: '' }),
    ]);
    expect(JSON.stringify(refusals)).not.toContain('eyJ');
  });

  it('are refused without the key, to web pages, and under other names', async () => {
    for (const path of ['state', 'tokens', 'send', 'inspect']) {
      const usual: Call = path === 'state' ? {} : { method: 'POST', body: '{}' };
      const status = async (options: Call) => (await call(url, `/console/${path}`, { ...usual, ...options })).status;
      expect(await status({})).toBe(401);
      expect(await status({ key: '11111111-1111-4111-8111-111111111111' })).toBe(401);
      for (const origin of [
        'http://evil.example',
        'null',
        `http://localhost:${port}`,
        url.replace('127.0.0.1', 'localhost'),
      ])
        expect(await status({ key, headers: { Origin: origin } })).toBe(403);
      expect(await status({ key, headers: { Host: 'evil.example' } })).toBe(403);
      expect(await status({ headers: { Cookie: `key=${key}`, Authorization: `Bearer ${key}` } })).toBe(401);
    }
  });

  it.each([
    ['//127.0.0.1:PORT/', undefined],
    ['http://127.0.0.1:PORT/', 'must begin with /'],
    ['@127.0.0.1:PORT/', 'must begin with /'],
    ['/ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n', 'must begin with /'],
    ['/\\127.0.0.1:PORT/', undefined],
    [`/${'x'.repeat(1001)}`, 'must begin with /'],
    ['', 'must begin with /'],
    [7, 'must begin with /'],
  ])('send nothing to another port: the path %.30j', async (path, problem) => {
    const other = String((elsewhere.address() as AddressInfo).port);
    const sent = await send('', typeof path === 'string' ? path.replaceAll('PORT', other) : (path as never));
    if (problem === undefined) expect(sent.status).toBe(404);
    else expect(sent.problem).toContain(problem);
    expect(reached).toEqual([]);
  });

  it.each([
    ['a line break', 'a\r\nX-Evil: 1'],
    ['U+009B', 'a\u009b31m'],
    ['U+202E', 'a\u202eb'],
    ['a null', 'a\0b'],
  ])('send no token with %s, and show none raw', async (_, token) => {
    expect((await send(token)).problem).toContain('No HTTP client sends this');
    const { json } = await post('inspect', { token });
    expect(json.accepted).toBe(false);
    expect(JSON.stringify(json)).not.toMatch(/[\u0080-\u009f\u202a-\u202e]/);
  });

  it('escape what a payload would do to the page', async () => {
    const payload = Buffer.from(JSON.stringify({ jti: '\u202e<img src=x>' })).toString('base64url');
    const { json } = await post('inspect', { token: `e30.${payload}.x` });
    expect(json.payload).toContain('\\u202e<img src=x>');
  });

  it('refuse a deeply nested token check by check', async () => {
    const nested = Buffer.from(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`).toString('base64url');
    const { status, json } = await post('inspect', { token: `e30.${nested}.AAAA` });
    expect([status, json.reason, json.payload]).toEqual([200, 'too_long', null]);
  });

  it.each<[string, string, unknown, number]>([
    ['no JSON', 'inspect', '{', 400],
    ['a list', 'send', '[]', 400],
    ['a kind that is none', 'tokens', { kind: '__proto__' }, 404],
    ['a kind that is no text', 'tokens', { kind: {} }, 404],
    ['a token that is no text', 'inspect', { token: 7 }, 200],
    ['a method that is none', 'send', { method: 'CONNECT', path: '/', token: '' }, 200],
    ['a megabyte', 'inspect', { token: 'x'.repeat(1_000_000) }, 413],
    ['a path that is none', 'nothing', {}, 404],
  ])('survive %s', async (_, path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
    expect((await call(url, '/console/state', { key })).status).toBe(200);
  });

  onLinux('let the container report refusals with a key that can do nothing else, and bound what it says', async () => {
    const { NESTJS_SCALEWAY_AUTH_REPORT_TO: target = '' } = environmentOf(run);
    const { hash, pathname } = new URL(target);
    const reportKey = hash.slice(1);
    expect(reportKey).not.toBe(key);
    for (const path of ['/console/state', '/local/containers', '/containers/v1beta1/regions/fr-par/containers'])
      expect((await call(url, path, { key: reportKey })).status).toBe(401);
    const report = (body: unknown, with_ = reportKey) =>
      call(url, pathname, { method: 'POST', key: with_, body: JSON.stringify(body) });
    expect((await report({ refusals: [] }, key)).status).toBe(401);
    const long = { reason: 'x'.repeat(1000), status: 'no', handler: {}, header: '\u202e', token: 'eyJ' };
    await report({ refusals: [...Array.from({ length: 50 }, () => long), null, 7] });
    for (const body of [{}, { refusals: 'x' }, { refusals: {} }]) expect((await report(body)).status).toBe(200);
    const { refusals } = await state();
    expect(refusals).toHaveLength(20);
    expect(refusals[0]).toEqual({
      time: '',
      reason: 'x'.repeat(200),
      status: 0,
      handler: '',
      header: '\\u202e',
      tokenId: '',
    });
  });

  onLinux("does not give the container the key that issues tokens, which is in nobody's environment", () => {
    expect(JSON.stringify(environmentOf(run))).not.toContain(key);
  });
});

/** The environment of the command, as the system has it. */
function environmentOf(run: Run): Record<string, string> {
  const [child = ''] = readFileSync(`/proc/${run.child.pid}/task/${run.child.pid}/children`, 'utf8').split(' ');
  const entries = readFileSync(`/proc/${child}/environ`, 'utf8').split('\0');
  return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
}
