import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../support/process.js';
import { packTarball } from './tarball.js';

/** The first of 20 had no generic `Channel`; the others are the newest of their line. */
const VERSIONS = ['18.19', '20.0', '20.10', '20.19', '22', '24', 'latest'];

let packed: Awaited<ReturnType<typeof packTarball>>;

beforeAll(async () => {
  packed = await packTarball();
  const dependencies = {
    ...Object.fromEntries(
      ['common', 'core', 'microservices', 'platform-ws', 'swagger', 'websockets'].map((name) => [
        `@nestjs/${name}`,
        '11',
      ]),
    ),
    ...Object.fromEntries(VERSIONS.map((version) => [`node-${version}`, `npm:@types/node@${version}`])),
    'nestjs-scaleway-auth': `file:${packed.tarball}`,
    'reflect-metadata': '0.2',
    rxjs: '7',
    typescript: '~5.9.0',
  };
  writeFileSync(join(packed.folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  expect(await run('npm', ['install', ...options], {}, packed.folder)).toMatchObject({ code: 0 });
  const entries = ['', '/platform', '/redis', '/swagger', '/testing', '/ws'];
  writeFileSync(
    join(packed.folder, 'entries.ts'),
    entries.map((entry) => `export * from 'nestjs-scaleway-auth${entry}';\n`).join(''),
  );
}, 180_000);

afterAll(() => packed.remove());

it.each(VERSIONS)(
  'the types of every entry hold with @types/node %s',
  async (version) => {
    const roots = `roots-${version}`;
    mkdirSync(join(packed.folder, roots));
    symlinkSync(join(packed.folder, 'node_modules', `node-${version}`), join(packed.folder, roots, 'node'));
    const options =
      `--noEmit --skipLibCheck false --strict --target es2022 --module node16 --typeRoots ${roots} --types node`.split(
        ' ',
      );
    const { stdout } = await run('npx', ['tsc', ...options, 'entries.ts'], {}, packed.folder);
    // Older versions of @types/node have errors of their own under this TypeScript.
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
    expect(errors.filter((line) => !line.startsWith(`node_modules/node-${version}/`))).toEqual([]);
  },
  60_000,
);
