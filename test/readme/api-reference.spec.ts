import { run } from '../support/process.js';

it('the API reference can be made: every export has a doc comment, and every link in one leads somewhere', async () => {
  const { code, stdout, stderr } = await run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--emit', 'none']);
  expect([code, stdout + stderr]).toEqual([0, '']);
}, 120_000);
