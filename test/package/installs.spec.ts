import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../support/process.js';
import { packTarball } from './tarball.js';

// What Nest's own starter for Nest 10 has locked: a TypeScript that the newest @nestjs/swagger does not take. npm used to
// weigh that package as well, which nobody had asked for, and installed nothing.
const STARTER = {
  dependencies: {
    '@nestjs/common': '10.4.4',
    '@nestjs/core': '10.4.4',
    '@nestjs/platform-express': '10.4.4',
    'reflect-metadata': '0.2.2',
    rxjs: '7.8.1',
  },
  devDependencies: { '@nestjs/cli': '10.4.5', '@nestjs/schematics': '10.1.0', typescript: '5.3.3' },
};

/** An application that uses every entry, with the oldest supported @nestjs/swagger. */
const EVERY_ENTRY = {
  '@nestjs/common': '^10.4.0',
  '@nestjs/core': '^10.4.0',
  '@nestjs/microservices': '^10.4.0',
  '@nestjs/platform-express': '^10.4.0',
  '@nestjs/platform-ws': '^10.4.0',
  '@nestjs/swagger': '^7.0.0',
  '@nestjs/websockets': '^10.4.0',
  redis: '^5.0.0',
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
};

const LOCK_ONLY = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];

let packed: Awaited<ReturnType<typeof packTarball>>;
beforeAll(async () => void (packed = await packTarball()), 60_000);
afterAll(() => packed.remove());

function project(name: string, manifest: object): string {
  const folder = join(packed.folder, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true, ...manifest }, null, 2));
  return folder;
}

describe('beside what an older lock file holds', () => {
  let locked: string;
  beforeAll(async () => {
    locked = project('locked', STARTER);
    expect(await run('npm', LOCK_ONLY, {}, locked)).toMatchObject({ code: 0 });
    // The range of the starter; the lock keeps what it holds.
    for (const file of ['package.json', 'package-lock.json'].map((name) => join(locked, name)))
      writeFileSync(file, readFileSync(file, 'utf8').replace('"typescript": "5.3.3"', '"typescript": "^5.3.3"'));
  }, 120_000);

  it.each(['10', '11'])(
    'npm %s installs it',
    async (version) => {
      const folder = join(packed.folder, `npm-${version}`);
      cpSync(locked, folder, { recursive: true });
      const { code, stderr } = await run('npx', ['-y', `npm@${version}`, ...LOCK_ONLY, packed.tarball], {}, folder);
      expect([code, stderr.replace(/^npm (?:warn|notice).*\n/gm, '')]).toEqual([0, '']);
    },
    120_000,
  );
});

describe.each([
  { name: 'pnpm 10', install: ['pnpm@10', 'install', '--ignore-scripts'], node: ['node'] },
  { name: 'Yarn 1', install: ['yarn@1', 'install', '--ignore-scripts'], node: ['node'] },
  {
    name: "Yarn 4's Plug'n'Play",
    install: ['@yarnpkg/cli-dist@4', 'install', '--no-immutable'],
    node: ['npx', '-y', '@yarnpkg/cli-dist@4', 'node'],
  },
])('$name', ({ name, install, node: [command = '', ...before] }) => {
  let folder: string;
  beforeAll(async () => {
    const dependencies = { ...EVERY_ENTRY, 'nestjs-scaleway-auth': `file:${packed.tarball}` };
    folder = project(name.replaceAll(/\W+/g, '-'), { dependencies });
    // Else Yarn looks for a project in the folders above.
    writeFileSync(join(folder, 'yarn.lock'), '');
    writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: pnp\nenableScripts: false\nenableTelemetry: false\n');
    const { code, stdout } = await run('npx', ['-y', ...install], { CI: 'false' }, folder);
    expect([code, code === 0 ? '' : stdout]).toEqual([0, '']);
  }, 180_000);

  it('lets each entry find the packages that it uses', async () => {
    cpSync(join(root, 'test/package/every-entry.cjs'), join(folder, 'every-entry.cjs'));
    const { stdout, stderr } = await run(command, [...before, 'every-entry.cjs'], {}, folder);
    expect([stdout.trim(), stderr]).toEqual(['connection refused', '']);
  }, 60_000);
});
