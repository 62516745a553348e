// The temporary folder with all that rows share: the packed package, the installed layouts, the compiled application, the
// versions of Node. Everything is made when the first row asks for it.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependenciesOf, NODE } from './layouts.mjs';
import { run } from './process.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const subject = fileURLToPath(new URL('subject', import.meta.url));
const INSTALL_LIMIT = 300_000;

/**
 * @typedef {import('./layouts.mjs').Layout} Layout
 * @typedef {import('./layouts.mjs').Nest} Nest
 * @typedef {import('./rows.mjs').Variant['modules']} Modules
 */

export class Workshop {
  /** @type {Map<string, Promise<string>>} */
  #made = new Map();

  /**
   * Of a folder that is given, what was installed there before is used again, and it is kept.
   *
   * @param {{ folder: string | undefined, report: (what: string) => void }} options
   */
  constructor({ folder, report }) {
    this.kept = folder !== undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'nestjs-scaleway-auth-matrix-'));
    mkdirSync(this.folder, { recursive: true });
    this.report = report;
  }

  close() {
    if (!this.kept) rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /**
   * The path of the binary. npm's package `node` brings it, and npx keeps it for the next time.
   *
   * @param {import('./layouts.mjs').NodeVersion} [major]
   */
  node(major = 24) {
    return this.#once(`Node ${major}`, async () => {
      const args = ['--yes', `node@${NODE[major]}`, '-p', 'process.execPath'];
      const output = await run('npx', args, { cwd: this.folder, limit: INSTALL_LIMIT });
      return output.trim().split('\n').at(-1) ?? '';
    });
  }

  /**
   * The folder of a layout, installed.
   *
   * @param {Layout} name
   * @param {Nest} nest
   */
  layout(name, nest = 12) {
    const folder = join(this.folder, name === 'tools' ? name : `nest-${nest}-${name}`);
    const title = name === 'tools' ? 'the tools' : `Nest ${nest}, ${name}`;
    return this.#once(`install ${title}`, async () => {
      if (this.kept && existsSync(join(folder, 'node_modules'))) return folder;
      const dependencies = dependenciesOf(name, nest, await this.#tarball());
      mkdirSync(folder, { recursive: true });
      writeJson(join(folder, 'package.json'), { name: 'application', private: true, dependencies });
      await (name === 'pnpm' ? this.#installByPnpm(folder) : this.#installByNpm(folder));
      return folder;
    });
  }

  /**
   * A folder of a layout with the application in TypeScript, for a kind of modules.
   *
   * @param {Layout} layout
   * @param {Nest} nest
   * @param {Modules} modules
   * @param {string} name
   */
  async sources(layout, nest, modules, name) {
    const folder = join(await this.layout(layout, nest), name);
    rmSync(folder, { recursive: true, force: true });
    cpSync(subject, folder, { recursive: true });
    writeJson(join(folder, 'package.json'), { type: modules === 'ESM' ? 'module' : 'commonjs' });
    return folder;
  }

  /**
   * The folder of the compiled application.
   *
   * @param {Layout} layout
   * @param {Nest} nest
   * @param {Modules} modules
   */
  application(layout, nest, modules) {
    return this.#once(`compile Nest ${nest}, ${layout}, ${modules}`, async () => {
      const folder = await this.sources(layout, nest, modules, `application-${modules.toLowerCase()}`);
      const compilerOptions = { ...COMPILER_OPTIONS, module: 'nodenext', moduleResolution: 'nodenext' };
      writeJson(join(folder, 'tsconfig.json'), { compilerOptions, files: ['main.ts', 'mixed.ts'] });
      await run(process.execPath, [await this.tool('typescript-6/bin/tsc')], { cwd: folder });
      return folder;
    });
  }

  /** @param {string} path */
  async tool(path) {
    return join(await this.layout('tools'), 'node_modules', path);
  }

  #tarball() {
    return this.#once('pack', async () => {
      await run('npm', ['pack', '--ignore-scripts', '--pack-destination', this.folder], { cwd: root });
      const tarball = readdirSync(this.folder).find((name) => name.endsWith('.tgz')) ?? '';
      return join(this.folder, tarball);
    });
  }

  /** @param {string} folder */
  #installByNpm(folder) {
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
    return run('npm', args, { cwd: folder, limit: INSTALL_LIMIT });
  }

  /** @param {string} folder */
  async #installByPnpm(folder) {
    // Not the pnpm.cjs of this Node: the newest pnpm wants a newer one than the oldest that the package runs on.
    const args = [await this.tool('pnpm/bin/pnpm.mjs'), 'install', '--ignore-scripts', '--prefer-offline'];
    return run(await this.node(24), args, { cwd: folder, limit: INSTALL_LIMIT, env: { CI: 'true' } });
  }

  /**
   * @param {string} what
   * @param {() => Promise<string>} make
   */
  #once(what, make) {
    const before = this.#made.get(what);
    if (before !== undefined) return before;
    this.report(what);
    const making = make();
    this.#made.set(what, making);
    return making;
  }
}

export const COMPILER_OPTIONS = {
  target: 'es2022',
  types: ['node'],
  strict: true,
  esModuleInterop: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
  skipLibCheck: true,
};

/**
 * @param {string} file
 * @param {unknown} value
 */
export function writeJson(file, value) {
  writeFileSync(file, JSON.stringify(value, undefined, 2));
}
