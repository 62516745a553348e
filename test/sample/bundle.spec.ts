import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../support/process.js';

describe("the sample's bundle.mjs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'nestjs-scaleway-auth-bundle-'));
    cpSync(join(root, 'sample/bundle.mjs'), join(folder, 'bundle.mjs'));
    for (const name of ['dist', 'node_modules']) mkdirSync(join(folder, name));
    for (const name of ['esbuild', 'reflect-metadata'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('loads reflect-metadata before a module that several parts of the application share', async () => {
    const modules = {
      'main.js':
        "import 'reflect-metadata'; import { name } from './shared.js'; (await import('./later.js')).say(name);",
      'shared.js': "export const name = Reflect.getMetadata('name', class {}) ?? 'nobody';",
      'later.js': "import { name } from './shared.js'; export const say = (text) => console.log(text, name);",
    };
    for (const [file, code] of Object.entries(modules)) writeFileSync(join(folder, 'dist', file), code);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const env = { PATH: process.env['PATH'] };
    expect(await run(process.execPath, ['bundle.mjs'], env, folder)).toMatchObject({ code: 0, stderr: '' });
    const { stdout, stderr } = await run(process.execPath, ['bundle/main.mjs'], env, folder);
    expect({ stdout, stderr }).toEqual({ stdout: 'nobody nobody\n', stderr: '' });
  });
});
