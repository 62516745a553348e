import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSAL_REASONS } from 'nestjs-scaleway-auth';
import { root, run } from '../support/process.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!);

describe('the README', () => {
  it('has code that compiles', async () => {
    const folder = join(root, 'dist/readme');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // The user's own module, which a block imports.
    writeFileSync(join(folder, 'app.module.ts'), 'export class AppModule {}\n');
    blocks.forEach((code, i) => writeFileSync(join(folder, `block-${i}.ts`), code));
    const config = { extends: '../../tsconfig.json', include: ['*.ts'], compilerOptions: { noUnusedLocals: false } };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'dist/readme']);
    expect(stdout).toBe('');
    expect(blocks.length).toBeGreaterThan(5);
  }, 60_000);

  it('shows the whole test file that is run here', () => {
    expect(blocks).toContain(readFileSync(join(root, 'test/readme/testing-chapter.spec.ts'), 'utf8'));
  });

  it('says what to do about every reason', () => {
    for (const reason of REFUSAL_REASONS)
      expect(readme).toMatch(new RegExp(`^\\| \`${reason}\` +\\| +40[13] \\| .+`, 'm'));
  });

  it('links only to chapters and files that exist', () => {
    const slugs = [...readme.matchAll(/^##+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, target] of readme.matchAll(/\]\(#([^)]+)\)/g)) expect(slugs).toContain(target);
    for (const [, path] of readme.matchAll(/\]\(((?!#|https:)[^)]+)\)/g))
      expect(() => readFileSync(join(root, path!))).not.toThrow(/ENOENT/);
  });
});
