import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../support/process.js';

const OWNERS = {
  repository: { type: 'git', url: 'git+https://example.org/owner/project.git' },
  homepage: 'https://example.org/manual',
  bugs: { url: 'https://example.org/owner/project/issues' },
};

describe('the check before a release', () => {
  let file: string;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-check-'));
    file = join(folder, 'package.json');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (manifest: object) => {
    writeFileSync(file, JSON.stringify(manifest));
    return run(process.execPath, ['scripts/release-check.mjs', file]);
  };

  it('says nothing when the owner has filled in the addresses', async () => {
    expect(await check(OWNERS)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it.each(['repository', 'homepage', 'bugs'])('stops without %s, and says so in a sentence', async (name) => {
    const { code, stderr } = await check({ ...OWNERS, [name]: undefined });
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Not released: package.json needs these, .*\n  ${name}: .*\n$`));
  });

  it('takes no placeholder for an address', async () => {
    expect((await check({ ...OWNERS, homepage: 'TODO' })).code).toBe(1);
  });

  it('runs in the workflow, before it publishes', () => {
    const workflow = readFileSync(join(root, '.github/workflows/publish.yml'), 'utf8');
    expect(workflow.indexOf('node scripts/release-check.mjs')).toBeGreaterThan(0);
    expect(workflow.indexOf('node scripts/release-check.mjs')).toBeLessThan(workflow.indexOf('npm publish'));
  });
});
