import { get } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
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
});
