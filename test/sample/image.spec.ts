import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { get } from '../support/app.js';
import { applicationId, environment, forApplication, namespaceId, token } from '../support/issuer.js';
import { run } from '../support/process.js';
import { describeOnOwnRedis } from '../support/redis.js';
import { expectRevocable, SCHEMES, StoreServer } from './deny-list.js';
import { type Env, type Image, makeImage, programs, withProgram } from './image.js';

let image: Image;
let remove: (() => void) | undefined;

beforeAll(async () => {
  ({ image, remove } = await makeImage('sample'));
}, 300_000);
afterAll(() => remove?.());

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe("the image that the steps of the sample's Dockerfile make", () => {
  it('has less than 40 MB beside Node, and no packages but those that cannot be bundled', () => {
    const bytes = filesIn(image.root).reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(40e6);
    const app = join(image.root, image.workdir);
    expect(readdirSync(app).toSorted()).toEqual(['bundle', 'compile-cache']);
    expect(readdirSync(join(app, 'bundle/node_modules')).toSorted()).toEqual(['@scarf', 'swagger-ui-dist']);
  });

  it('reads what the build has compiled, for each of its modules', async () => {
    const env: Env = { ...environment, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
    const { stdout, stderr } = await withProgram(image, 'bundled', env, async () => {});
    const read = `${stdout}${stderr}`.match(/V8 code cache for .* was (?:accepted|rejected)/g) ?? [];
    expect(read.length).toBeGreaterThan(5);
    expect(read.filter((line) => !line.endsWith('accepted'))).toEqual([]);
    expect(`${stdout}${stderr}`).not.toMatch(/reading cache.*\.mjs\.\.\.(?! ?\[)/);
  });

  it('does not boot without a key, and says why in one readable message', async () => {
    const { cwd, args } = programs.bundled(image);
    const { code, stderr } = await run(image.node, args, { ...image.env, SCW_PUBLIC: 'false', PORT: '0' }, cwd);
    expect(code).toBe(1);
    expect(stderr).toContain('SCW_PUBLIC_KEY is not set');
    expect(stderr).not.toContain('    at ');
  });

  it('keeps the names of handlers in the log', async () => {
    const { stdout, stderr } = await withProgram(image, 'bundled', environment, async (url) => {
      expect((await get(`${url}/whoami`)).status).toBe(401);
    });
    expect(`${stdout}${stderr}`).toContain('WhoamiController.whoami');
  });
});

describe.each(['express', 'fastify'])('the bundled sample on %s', (HTTP_PLATFORM) => {
  const ofContainer = token(forApplication(applicationId));
  const requests: [method: string, path: string, headers?: Record<string, string>][] = [
    ['GET', '/health'],
    ['HEAD', '/health'],
    ['GET', '/whoami'],
    ['GET', '/whoami', { 'X-Auth-Token': token() }],
    ['GET', '/whoami', { Authorization: `Bearer ${ofContainer}` }],
    ['GET', '/whoami', { 'X-Auth-Token': token(forApplication('another')) }],
    ['GET', '/whoami', { 'X-Auth-Token': 'rubbish' }],
    ['POST', '/whoami', { 'X-Auth-Token': token() }],
    ['GET', '/nowhere'],
    ['GET', '/nowhere', { 'X-Auth-Token': token() }],
    ['GET', '/docs'],
    ['GET', '/docs/'],
    ['GET', '/docs-json'],
    ['GET', '/docs-yaml'],
    ['GET', '/docs/swagger-ui-init.js'],
    ['GET', '/docs/nothing.js'],
  ];

  /** Without what belongs to a moment, a port or a file's age. */
  async function answersOf(program: keyof typeof programs, env: Env): Promise<unknown[]> {
    const answers: unknown[] = [];
    await withProgram(image, program, { HTTP_PLATFORM, ...env }, async (url) => {
      const page = await get(`${url}/docs`);
      const loaded = [...page.text.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => path!);
      const assets = loaded.map((path) => ['GET', new URL(path, `${url}/docs`).pathname] as const);
      for (const [method, path, sent = {}] of [...requests, ...assets]) {
        const { status, headers, text } = await get(`${url}${path}`, sent as Record<string, string>, method);
        const { date: _date, etag: _etag, 'last-modified': _modified, ...kept } = headers;
        answers.push({ method, path, status, headers: kept, text: text.replaceAll(url, 'http://here') });
      }
    });
    return answers;
  }

  it.each([
    ['private', environment],
    ['public', { SCW_PUBLIC: 'true' }],
    ['without the page', { ...environment, DOCS: 'off' }],
  ] as [string, Env][])(
    'answers as the one that was not bundled, when it is %s',
    async (_, env) => {
      const bundled = await answersOf('bundled', env);
      expect(bundled).toEqual(await answersOf('unbundled', env));
      expect(bundled.length).toBeGreaterThanOrEqual(requests.length);
      const whoami = { namespaceId, applicationId: null, scope: 'namespace' };
      if (env === environment) expect(bundled[3]).toMatchObject({ status: 200, text: JSON.stringify(whoami) });
    },
    60_000,
  );

  it('ends on SIGTERM', async () => {
    const { code, signal } = await withProgram(image, 'bundled', { ...environment, HTTP_PLATFORM }, async () => {});
    expect(code === 0 || signal === 'SIGTERM').toBe(true);
  });
});

describeOnOwnRedis('the bundled sample with a store of revocations', () => {
  const store = new StoreServer();
  beforeAll(() => store.start());
  afterAll(() => store.remove());

  it.each(SCHEMES)('reads the list that %s:// names', async (scheme) => {
    const env = store.environment(scheme);
    await withProgram(image, 'bundled', { ...environment, ...env }, (url) => expectRevocable(url, env));
  });
});
