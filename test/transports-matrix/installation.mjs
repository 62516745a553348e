// A folder for each version of Nest, kept in the folder for temporary files: installed once, with this package as it is now
// and the programs compiled by TypeScript as an application's are.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { run } from '../matrix/process.mjs';
import { writeJson } from '../matrix/workshop.mjs';
import { packagesOf } from './packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = fileURLToPath(new URL('programs', import.meta.url));
const INSTALL_LIMIT = 600_000;

const COMPILER_OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ES2022,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
};

/**
 * @param {import('../matrix/layouts.mjs').Nest} nest
 * @param {(what: string) => void} report
 * @returns {Promise<string>} the folder with the programs
 */
export async function install(nest, report) {
  const folder = join(tmpdir(), 'nestjs-scaleway-auth-transports', `nest-${nest}`);
  const manifest = join(folder, 'package.json');
  const wanted = { private: true, type: 'module', dependencies: packagesOf(nest) };
  const isInstalled = existsSync(manifest) && readFileSync(manifest, 'utf8') === JSON.stringify(wanted, undefined, 2);
  if (!isInstalled) {
    report(`install Nest ${nest}`);
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
    // Another text than the wanted one until the end, so that an installation that was interrupted is made again.
    writeJson(manifest, { ...wanted, isComplete: false });
    // Packages beside Nest name peers that nothing here needs, and some contradict each other.
    const args = ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
    await run('npm', args, { cwd: folder, limit: INSTALL_LIMIT });
    writeJson(manifest, wanted);
  }
  placePackage(join(folder, 'node_modules/nestjs-scaleway-auth'));
  return compile(join(folder, 'programs'));
}

/** @param {string} target */
function placePackage(target) {
  rmSync(target, { recursive: true, force: true });
  for (const part of ['package.json', 'dist/esm', 'dist/cjs'])
    cpSync(join(root, part), join(target, part), { recursive: true });
}

/** @param {string} target */
function compile(target) {
  rmSync(target, { recursive: true, force: true });
  cpSync(programs, target, { recursive: true });
  cpSync(join(root, 'test/transports/orders.proto'), join(target, 'support/orders.proto'));
  for (const entry of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.ts')) continue;
    const file = join(target, entry);
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions: COMPILER_OPTIONS });
    writeFileSync(file.replace(/\.ts$/, entry.includes('support') ? '.js' : '.mjs'), outputText);
    rmSync(file);
  }
  return target;
}

/** The names of the programs, in order. */
export function programNames() {
  const files = readdirSync(programs).filter((file) => /\.(ts|mjs)$/.test(file));
  return files.map((file) => basename(file).replace(/\.(ts|mjs)$/, '')).toSorted();
}
