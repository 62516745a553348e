import { run } from '../support/process.js';

it('two copies in one application have one deny list, one cache and one strategy, whichever comes first', async () => {
  const { code, stdout, stderr } = await run(process.execPath, ['test/package/two-copies.mjs']);
  expect([code, stderr]).toEqual([0, '']);
  const { results, nested } = JSON.parse(stdout);
  expect(results).toEqual(Array.from({ length: 4 }, () => ['200 200 200', '401 401 401', '401 401 401']));
  // A registry of passport's that another copy brought refuses everybody while two containers run, and follows the last.
  expect(nested).toEqual([401, true, []]);
}, 30_000);
