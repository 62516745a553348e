import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, root, run, start, untilListening } from '../support/process.js';

const page = readFileSync(join(root, 'docs/api-tester.md'), 'utf8');

// What docs/api-tester.md tells to paste, pasted; on free ports instead of the usual ones.
describe('docs/api-tester.md', () => {
  let blocks: string[];
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    const [container, platform] = [await freePort(), await freePort()];
    const place = (code: string) => code.replaceAll(':8080', `:${container}`).replaceAll(':8081', `:${platform}`);
    const [, ...rest] = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, code]) => place(code!));
    blocks = rest;
    const [command] = page.match(/^node dist.*$/m)!;
    const args = command.split(' ').slice(1);
    const { child, finished } = start(
      process.execPath,
      args.toSpliced(args.indexOf('dev') + 1, 0, '--platform-port', String(platform)),
      { PORT: String(container) },
    );
    stop = () => (child.kill('SIGTERM'), finished);
    await untilListening(`http://localhost:${container}/health`);
  }, 60_000);

  afterAll(() => stop());

  it('tells the truth about every line with an expected status', async () => {
    const expected = [...blocks.join('\n').matchAll(/^curl -i .*# (\d{3})$/gm)].map(([, status]) => status);
    const { code, stdout } = await run('bash', ['-euc', blocks.join('\n')]);
    expect(code).toBe(0);
    expect([...stdout.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)).toEqual(expected);
    expect(expected).toEqual(['401', '200', '401', '401', '404']);
    expect(stdout).toContain('"applicationId":"my-container"');
  });
});
