import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { get } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
import { run } from '../support/process.js';
import { type Image, makeImage, withProgram } from './image.js';

describe.each(['esm', 'cjs'] as const)("the sample's Dockerfile in a new Nest project (%s)", (type) => {
  let image: Image;
  let remove: (() => void) | undefined;
  beforeAll(async () => {
    ({ image, remove } = await makeImage(type));
  }, 300_000);
  afterAll(() => remove?.());

  it('makes an image that answers, and guards', async () => {
    await withProgram(image, 'bundled', environment, async (url) => {
      expect(await get(url, { 'X-Auth-Token': token() })).toMatchObject({ status: 200, text: 'Hello World!' });
      expect((await get(url)).status).toBe(401);
    });
  });

  it('has what Nest loads if it is there, and a native package', async () => {
    await withProgram(image, 'bundled', environment, async (url) => {
      const post = async (order: unknown) => {
        const headers = { 'Content-Type': 'application/json', 'X-Auth-Token': token() };
        const response = await fetch(`${url}/orders`, { method: 'POST', headers, body: JSON.stringify(order) });
        return { status: response.status, body: (await response.json()) as unknown };
      };
      expect(await post({ product: 'chair', count: 2 })).toEqual({
        status: 201,
        body: { type: 'NewOrder', verified: true },
      });
      expect(await post({ product: 'chair', count: 'two' })).toMatchObject({
        status: 400,
        body: { message: ['count must be an integer number'] },
      });
    });
  });

  it('fails the build when the bundle does not start by itself', async () => {
    const stage = join(`${image.root}-build`, image.workdir);
    const [main, moved] = [join(stage, 'bundle/main.mjs'), join(stage, 'bundle/moved.mjs')];
    renameSync(main, moved);
    writeFileSync(main, "Reflect.getMetadata('key', class {});\nawait import('./moved.mjs');\n");
    try {
      const { code, stderr } = await run(image.node, ['warm-up.mjs'], { PATH: process.env['PATH'] }, stage);
      expect(stderr).toContain('Reflect.getMetadata is not a function');
      expect(code).toBe(1);
    } finally {
      renameSync(moved, main);
    }
  });

  // Only this one has a gateway: in the other one only Nest imports the packages for gateways.
  if (type === 'cjs')
    it('answers over a WebSocket, and guards it', async () => {
      await withProgram(image, 'bundled', environment, async (url) => {
        const answer = async (headers: Record<string, string>) => {
          const socket = new WebSocket(url.replace('http', 'ws'), { headers });
          await once(socket, 'open');
          socket.send('{"event":"count"}');
          const [data] = (await once(socket, 'message')) as [Buffer];
          socket.close();
          return JSON.parse(data.toString()) as unknown;
        };
        expect(await answer({ 'X-Auth-Token': token() })).toEqual({ event: 'count', data: 2 });
        expect(await answer({})).toMatchObject({ event: 'exception' });
      });
    });
});
