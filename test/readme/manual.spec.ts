import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { root, run } from '../support/process.js';
import { type Page, pages } from './pages.js';

const codeOf = (page: Page) => page.blocks.filter(({ language }) => language === 'ts').map(({ code }) => code);

/** A second run checks what has changed. */
const BUILD_INFO = 'manual.tsbuildinfo';

describe('the manual', () => {
  it('has code that compiles', async () => {
    const folder = join(root, 'dist/manual');
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder))
      if (name !== BUILD_INFO) rmSync(join(folder, name), { recursive: true, force: true });
    for (const page of pages) {
      const ofPage = join(folder, page.path.replace(/\.md$/, ''));
      mkdirSync(ofPage, { recursive: true });
      // The user's own module, which a block imports.
      writeFileSync(join(ofPage, 'app.module.ts'), 'export class AppModule {}\n');
      // And what a block of the page before it is called.
      for (const [, name] of codeOf(page)
        .join('\n')
        .matchAll(/ from '\.\/([\w-]+)\.js'/g))
        if (existsSync(join(root, 'test/readme/programs', `${name}.ts`)))
          cpSync(join(root, 'test/readme/programs', `${name}.ts`), join(ofPage, `${name}.ts`));
      codeOf(page).forEach((code, i) => writeFileSync(join(ofPage, `block-${i + 1}.ts`), code));
    }
    const config = {
      extends: '../../tsconfig.json',
      include: ['**/*.ts'],
      exclude: [],
      compilerOptions: { noUnusedLocals: false, incremental: true, tsBuildInfoFile: BUILD_INFO },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'dist/manual']);
    expect(stdout).toBe('');
    expect(pages.flatMap(codeOf).length).toBeGreaterThan(20);
  }, 120_000);

  // Its whole programs are files beside this one, which other tests here run.
  const programs = ['', 'programs'].flatMap((folder) =>
    readdirSync(join(root, 'test/readme', folder))
      .filter((name) => folder === 'programs' || name.endsWith('-chapter.spec.ts'))
      .map((name) => join('test/readme', folder, name)),
  );

  it.each(programs)('shows %s as it is run', (path) => {
    expect(pages.flatMap(codeOf)).toContain(readFileSync(join(root, path), 'utf8'));
  });

  // They need packages that are installed for the matrix of transports alone, which runs them.
  it.each(['limits.module.ts', 'caller-cache.interceptor.ts'])('shows the recipe %s as it is run', (name) => {
    const code = readFileSync(join(root, 'test/transports-matrix/programs/support', name), 'utf8');
    const blocks = pages.flatMap((page) => page.blocks).filter(({ language }) => language === 'typescript');
    expect(blocks.map((block) => block.code)).toContain(code);
  });

  it.each(pages.map((page) => [page.path, page] as const))('links only to what exists, in %s', (_path, page) => {
    const broken = [...page.prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, file = '', anchor]) => {
        const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
        if (!existsSync(join(root, path))) return true;
        if (anchor === undefined) return false;
        return !pages.find((other) => other.path === path)?.anchors.has(anchor);
      })
      .map(([link]) => link);
    expect(broken).toEqual([]);
  });

  it('can be found from the README, page by page', () => {
    const readme = pages.find(({ path }) => path === 'README.md')!;
    for (const { path } of pages)
      if (dirname(path) === 'docs') expect(readme.prose).toContain(`](docs/${basename(path)}`);
  });
});
