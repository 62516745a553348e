import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { get } from '../support/app.js';
import { environment, token } from '../support/issuer.js';
import { freePort, root, run, start, untilListening } from '../support/process.js';
import { packTarball } from './tarball.js';

// What a stranger gets: the packed tarball, installed in applications that share nothing with this repository.
let packed: Awaited<ReturnType<typeof packTarball>>;

beforeAll(async () => void (packed = await packTarball()), 60_000);
afterAll(() => packed.remove());

describe.each([
  { name: 'Nest 12, ES modules', nest: '12', type: 'module', module: 'nodenext' },
  { name: 'Nest 11, CommonJS', nest: '11', type: 'commonjs', module: 'node16' },
])('the packed package in a bare application with $name', ({ nest, type, module }) => {
  const app = () => join(packed.folder, `nest-${nest}`);

  beforeAll(async () => {
    mkdirSync(app());
    const dependencies = {
      '@nestjs/common': nest,
      '@nestjs/core': nest,
      '@nestjs/platform-express': nest,
      'nestjs-scaleway-auth': `file:${packed.tarball}`,
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.2',
    };
    const devDependencies = { '@types/node': '20', typescript: '6.0.3' };
    writeFileSync(
      join(app(), 'package.json'),
      JSON.stringify({ name: 'app', private: true, type, dependencies, devDependencies }),
    );
    cpSync(join(root, 'test/package/bare-app.ts'), join(app(), 'main.ts'));
    const compilerOptions = {
      target: 'es2022',
      module,
      moduleResolution: module,
      types: ['node'],
      strict: true,
      outDir: 'dist',
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      isolatedModules: true,
      skipLibCheck: true,
    };
    writeFileSync(join(app(), 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    const installed = await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], {}, app());
    expect(installed).toMatchObject({ code: 0 });
  }, 240_000);

  it('compiles, protects a route and lets the right token in', async () => {
    const compiled = await run('npx', ['tsc'], {}, app());
    expect([compiled.code, compiled.stdout]).toEqual([0, '']);

    const port = await freePort();
    const { child, finished } = start(
      process.execPath,
      ['dist/main.js'],
      { ...environment, PORT: String(port) },
      app(),
    );
    try {
      const url = `http://127.0.0.1:${port}/orders`;
      await untilListening(url);
      expect((await get(url)).status).toBe(401);
      expect(await get(url, { 'X-Auth-Token': token() })).toMatchObject({ status: 200, json: { scope: 'namespace' } });
    } finally {
      child.kill('SIGKILL');
      await finished;
    }
  }, 60_000);

  it('has types that hold without those of its dependencies', async () => {
    writeFileSync(
      join(app(), 'types.ts'),
      "export * from 'nestjs-scaleway-auth';\nexport * from 'nestjs-scaleway-auth/testing';\nexport * from 'nestjs-scaleway-auth/platform';\n",
    );
    const options = [
      '--noEmit',
      '--skipLibCheck',
      'false',
      '--strict',
      '--target',
      'es2022',
      '--module',
      module,
      '--moduleResolution',
      module,
    ];
    const checked = await run('npx', ['tsc', '--ignoreConfig', ...options, '--types', 'node', 'types.ts'], {}, app());
    expect([checked.code, checked.stdout]).toEqual([0, '']);
  }, 60_000);

  it('brings its two dependencies, and runs nothing when it is installed', () => {
    const manifest = JSON.parse(readFileSync(join(app(), 'node_modules/nestjs-scaleway-auth/package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies)).toEqual(['passport', 'passport-jwt']);
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(script);
  });
});
