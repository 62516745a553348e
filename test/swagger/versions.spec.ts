import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../support/issuer.js';
import { root, run } from '../support/process.js';
import { guarded, open, optional, summaryOf } from './application.js';

// The built package, in applications that have another Nest than this repository.
describe.each([
  { nest: '10', swagger: '7' },
  { nest: '10', swagger: '8' },
  { nest: '11', swagger: '11' },
  { nest: '12', swagger: '12' },
])('@nestjs/swagger $swagger with Nest $nest', ({ nest, swagger }) => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-scaleway-auth-'));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const ofNest = ['common', 'core', 'platform-express'].map((name) => [`@nestjs/${name}`, nest]);
    const manifest = {
      private: true,
      dependencies: {
        ...dependencies,
        ...Object.fromEntries(ofNest),
        '@nestjs/swagger': swagger,
        'reflect-metadata': '^0.2.2',
        rxjs: '^7.8.2',
      },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    expect(await run('npm', ['install', ...options], {}, folder)).toMatchObject({ code: 0 });
    const installed = join(folder, 'node_modules/nestjs-scaleway-auth');
    mkdirSync(installed);
    cpSync(join(root, 'package.json'), join(installed, 'package.json'));
    for (const build of ['dist/cjs', 'dist/esm'])
      cpSync(join(root, build), join(installed, build), { recursive: true });
    cpSync(join(root, 'test/swagger/plain-app.cjs'), join(folder, 'app.cjs'));
  }, 240_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('tells which routes want a token', async () => {
    const { code, stdout, stderr } = await run(process.execPath, ['app.cjs'], environment, folder);
    expect([code, stderr]).toEqual([0, '']);
    const document = JSON.parse(stdout);
    expect(summaryOf(document)).toEqual({
      'GET /guarded/list': guarded,
      'GET /guarded/exempt': open,
      'GET /guarded/optional': optional,
      'GET /open/list': open,
    });
    expect(document.components.securitySchemes['scaleway-token']).toMatchObject({ in: 'header', name: 'X-Auth-Token' });
  });
});

it('both copies of the package in one process agree', async () => {
  for (const first of ['esm', 'cjs']) {
    const file = first === 'esm' ? [] : ['--require', join(root, 'dist/cjs/swagger/index.js')];
    const { code, stdout, stderr } = await run(
      process.execPath,
      ['--no-warnings', ...file, 'test/swagger/two-copies.mjs'],
      environment,
    );
    expect([code, stderr]).toEqual([0, '']);
    const { differ, documents } = JSON.parse(stdout);
    expect(differ).toBe(true);
    for (const document of documents) expect(summaryOf(document)).toEqual({ 'GET /orders': guarded });
  }
});
