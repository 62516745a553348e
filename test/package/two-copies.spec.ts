import { run } from '../support/process.js';

it('two copies in one application have one deny list, one cache and one strategy, whichever comes first', async () => {
  const { code, stdout, stderr } = await run(process.execPath, ['test/package/two-copies.mjs']);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toEqual(Array.from({ length: 4 }, () => ['200 200 200', '401 401 401', '401 401 401']));
}, 30_000);
