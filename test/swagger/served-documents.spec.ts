import { Validator } from '@seriousme/openapi-schema-validator';
import { LocalScalewayPlatform } from 'nestjs-scaleway-auth/platform';
import { get } from '../support/app.js';
import { environment } from '../support/issuer.js';
import { freePort, start, untilListening } from '../support/process.js';
import { guarded, open, summaryOf } from './application.js';

async function expectValid(document: Record<string, unknown>): Promise<void> {
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
}

describe.each(['express', 'fastify'])('the sample on %s', (HTTP_PLATFORM) => {
  let url: string;
  let stop: () => Promise<unknown>;

  async function startSample(env: Record<string, string | undefined>): Promise<void> {
    const PORT = String(await freePort());
    const { child, finished } = start(process.execPath, ['dist/sample/main.js'], { HTTP_PLATFORM, PORT, ...env });
    stop = () => (child.kill('SIGKILL'), finished);
    url = `http://127.0.0.1:${PORT}`;
    await untilListening(`${url}/health`);
  }
  afterEach(() => stop());

  it('serves its document to anybody, and says what is guarded', async () => {
    await startSample(environment);
    const { status, json } = await get(`${url}/docs-json`);
    expect(status).toBe(200);
    await expectValid(json);
    expect(summaryOf(json)).toEqual({ 'GET /health': open, 'GET /whoami': guarded });
    expect(json.servers).toEqual([{ url }]);
    const behindTls = await get(`${url}/docs-json`, { 'X-Forwarded-Proto': 'https' });
    expect(behindTls.json.servers).toEqual([{ url: url.replace('http:', 'https:') }]);
  });

  it('serves the page and what it loads to anybody', async () => {
    await startSample(environment);
    const page = await get(`${url}/docs`);
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    const loaded = [...page.text.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => path!);
    expect(loaded.length).toBeGreaterThan(2);
    for (const path of loaded) expect((await get(new URL(path, `${url}/docs`).href)).status).toBe(200);
  });

  it('serves neither with DOCS=off', async () => {
    await startSample({ ...environment, DOCS: 'off' });
    for (const path of ['/docs', '/docs-json']) expect((await get(`${url}${path}`)).status).toBe(404);
  });
});

describe('the local platform', () => {
  const platform = new LocalScalewayPlatform();
  beforeAll(() => platform.start());
  afterAll(() => platform.stop());

  it('serves the document of its API without a key, and not as a call of the API', async () => {
    platform.failNext({ status: 503 });
    const { status, headers, json } = await get(`${platform.url}/openapi.json`);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    await expectValid(json);
    expect(json.servers).toEqual([{ url: platform.url }]);
    const call = `${platform.url}/containers/v1beta1/regions/fr-par/tokens`;
    expect((await get(call, { 'X-Auth-Token': platform.secretKey })).status).toBe(503);
    expect((await get(call, { 'X-Auth-Token': platform.secretKey })).status).toBe(200);
  });

  it('describes calls that it answers, with the key where it wants it', async () => {
    const { json } = await get(`${platform.url}/openapi.json`);
    const [scheme] = Object.values<{ name: string }>(json.components.securitySchemes);
    const key = { [scheme!.name]: platform.secretKey };
    let calls = 0;
    for (const [path, item] of Object.entries<Record<string, { operationId?: string }>>(json.paths))
      for (const method of Object.keys(item).filter((name) => name !== 'parameters')) {
        const url = `${platform.url}${path.replace('{region}', 'fr-par').replace(/\{\w+\}/, 'none')}`;
        // 400 or 404 for want of arguments: known, and let in; 405, or a 404 of the path, would be neither.
        const answer = await get(url, key, method.toUpperCase());
        expect([200, 400, 404]).toContain(answer.status);
        expect(answer.json.message).not.toBe('Path was not found');
        calls++;
      }
    expect(calls).toBe(18);
  });

  it('serves it to no web page, and under no other name', async () => {
    const url = `${platform.url}/openapi.json`;
    expect((await get(url, { Origin: 'https://example.org' })).status).toBe(403);
    expect((await get(url, { Host: 'example.org' })).status).toBe(403);
    expect((await get(url, {}, 'POST')).status).toBe(401);
  });
});
