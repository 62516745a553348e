import { get } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
import { type Image, makeImage, withProgram } from './image.js';

describe.each(['esm', 'cjs'] as const)("the sample's Dockerfile in a new Nest project (%s)", (type) => {
  let image: Image;
  let remove: () => void;
  beforeAll(async () => {
    ({ image, remove } = await makeImage(type));
  }, 300_000);
  afterAll(() => remove());

  it('makes an image that answers, and guards', async () => {
    await withProgram(image, 'bundled', environment, async (url) => {
      expect(await get(url, { 'X-Auth-Token': token() })).toMatchObject({ status: 200, text: 'Hello World!' });
      expect((await get(url)).status).toBe(401);
    });
  });
});
