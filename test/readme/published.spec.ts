import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root, run } from '../support/process.js';
import { pages } from './pages.js';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  /** The old form. */
  readonly licenses?: readonly { readonly type: string }[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Whatever a user gets with this package, found as Node finds it. */
function runTimePackages(): { readonly folder: string; readonly manifest: Manifest }[] {
  const found = new Map<string, Manifest>();
  const rest: [string, Manifest][] = [['', JSON.parse(read('package.json')) as Manifest]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const [from, { dependencies = {} }] = next;
    for (const name of Object.keys(dependencies)) {
      const folder = folderOf(name, from);
      if (found.has(folder)) continue;
      const manifest = JSON.parse(read(`${folder}/package.json`)) as Manifest;
      found.set(folder, manifest);
      rest.push([folder, manifest]);
    }
  }
  return [...found].map(([folder, manifest]) => ({ folder, manifest }));
}

function folderOf(name: string, from: string): string {
  const outward = from === '' ? [''] : [from, ...(folderAround(from) === '' ? [''] : [folderAround(from), ''])];
  const folder = outward.map((each) => join(each, 'node_modules', name)).find((each) => existsSync(join(root, each)));
  if (folder === undefined) throw new Error(`${name} is not installed`);
  return folder;
}

function folderAround(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1));
}

const packages = runTimePackages();

function licenceOf({ folder, manifest }: (typeof packages)[number]): string | undefined {
  const inReadme = () => /\(The (\w+) License\)/.exec(read(`${folder}/Readme.md`))?.[1];
  return manifest.license ?? manifest.licenses?.[0]?.type ?? inReadme();
}

describe('what a user gets with this package', () => {
  it('runs nothing when it is installed', () => {
    for (const { folder, manifest } of packages) {
      for (const script of ['preinstall', 'install', 'postinstall'])
        expect([folder, manifest.scripts ?? {}]).not.toEqual([
          folder,
          expect.objectContaining({ [script]: expect.anything() }),
        ]);
      // npm would build what this file describes.
      expect(existsSync(join(root, folder, 'binding.gyp'))).toBe(false);
    }
  });

  it('is free to use, under the licences that are listed', () => {
    const free = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];
    for (const each of packages) expect(free).toContain(licenceOf(each));
    const rows = [...read('docs/licences.md').matchAll(/^\| `([^`]+)` +\| ([\w.-]+) +\|/gm)];
    const listed = rows.map(([, name, licence]) => `${name}: ${licence}`).toSorted();
    const actual = new Set(packages.map((each) => `${each.manifest.name}: ${licenceOf(each)}`));
    expect(listed).toEqual([...actual].toSorted());
  });

  it('has a jsonwebtoken without the weaknesses of older ones', () => {
    for (const { manifest } of packages)
      if (manifest.name === 'jsonwebtoken') {
        const [major = 0, minor = 0, patch = 0] = manifest.version.split('.').map(Number);
        expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(9_000_003);
      }
  });

  let packed: { size: number; unpackedSize: number; files: { path: string }[] };
  beforeAll(async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
    [packed] = JSON.parse(stdout) as [typeof packed];
  }, 60_000);

  it('has the manual, whose links lead to what is there', () => {
    const paths = packed.files.map(({ path }) => path);
    const shipped = pages.filter(({ path }) => paths.includes(path));
    expect(shipped.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/testing.md']));
    const broken = shipped.flatMap((page) =>
      [...page.prose.matchAll(/\]\((?!https?:)([^)#\s]+)/g)]
        .map(([, file = '']) => normalize(join(dirname(page.path), file)))
        // Of the repository alone: how it was tested and measured, and pictures.
        .filter((path) => !/^(?:test|bench|scripts|docs\/images)\//.test(path))
        .filter((path) => !paths.some((each) => each === path || each.startsWith(`${path}/`)))
        .map((path) => `${page.path}: ${path}`),
    );
    expect(broken).toEqual([]);
  });

  it('is as much as the README says', () => {
    const said = /about (\d+) kB, (\d+) kB unpacked, this manual included, and (\d+) packages with it/.exec(
      read('README.md'),
    );
    const [, size, unpacked, count] = (said ?? []).map(Number);
    expect(count).toBe(packages.length);
    // Within a tenth, or the README is out of date.
    expect(Math.abs(packed.size / 1000 / size! - 1)).toBeLessThan(0.1);
    expect(Math.abs(packed.unpackedSize / 1000 / unpacked! - 1)).toBeLessThan(0.1);
    const others = packed.files.filter(
      ({ path }) =>
        !/^(?:dist\/(?:esm|cjs)\/|docs\/|sample\/|(?:package\.json|LICENSE|(?:README|CHANGELOG|CONTRIBUTING|SECURITY)\.md)$)/.test(
          path,
        ),
    );
    expect(others).toEqual([]);
  });
});
