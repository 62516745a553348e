// Builds the library as ES modules and as CommonJS, and then the sample, which imports the built library by its name, as a
// user's container does. Does nothing when no source has changed since; `-- --force` builds all the same.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

const STAMP = 'dist/sources.sha256';
const OUTPUTS = ['dist/modules', 'dist/cjs', 'dist/esm', 'dist/sample'];
const stamp = hashOfSources();
const upToDate =
  existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp && OUTPUTS.every((path) => existsSync(path));
if (upToDate && !process.argv.includes('--force')) process.exit();

// Until this run has ended well, nothing in dist is trusted.
rmSync(STAMP, { force: true });
const { build } = await import('esbuild');
const { resolve } = createRequire(import.meta.url);
const nestBuild = [resolve('@nestjs/cli/bin/nest.js'), 'build'];
// Not nest build: it would rewrite the library's name to the path under which the compiler finds its types.
const tsc = [resolve('typescript/bin/tsc')];

compile(nestBuild, 'tsconfig.build.json', 'dist/modules');
removeStale('dist/modules', 'lib');
await bundle();
compile(nestBuild, 'tsconfig.cjs.json', 'dist/cjs');
// Node decides by the nearest package.json, and the package itself is "module".
writeIfOther('dist/cjs/package.json', '{"type":"commonjs"}\n');
compile(tsc, 'tsconfig.sample.json', 'dist/sample');
removeStale('dist/cjs', 'lib');
removeStale('dist/sample', 'sample/src');
writeFileSync(STAMP, stamp);

/**
 * @param {string[]} command
 * @param {string} config
 * @param {string} out
 */
function compile(command, config, out) {
  // Without its output a build-info file would make the compiler believe that there is nothing to write.
  if (!existsSync(out)) rmSync(`${out}.tsbuildinfo`, { force: true });
  const { status, signal } = spawnSync(process.execPath, [...command, '-p', config], { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`Building with ${config} failed (${signal ?? `exit code ${status}`}).`);
  process.exit(status ?? 1);
}

/**
 * Joins the ES modules into a few files: Node takes more than half a millisecond for each, and a container that scales to
 * zero starts often. Chunks are shared, so that all entries have the same classes.
 */
async function bundle() {
  const entries = [
    'index',
    'platform/index',
    'redis/index',
    'swagger/index',
    'testing/index',
    'ws/index',
    'cli/main',
    'cli/local-run',
  ];
  rmSync('dist/esm.new', { recursive: true, force: true });
  await build({
    entryPoints: entries.map((entry) => `dist/modules/${entry}.js`),
    outbase: 'dist/modules',
    outdir: 'dist/esm.new',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // Nest logs classes by their names.
    keepNames: true,
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
  });
  cpSync('dist/modules', 'dist/esm.new', {
    recursive: true,
    filter: (source) => !source.endsWith('.js') && source !== 'dist/modules/cli',
  });
  // Files that the command line serves, or has Node load, as they are.
  cpSync('lib/cli/console/page', 'dist/esm.new/console', { recursive: true });
  chmodSync('dist/esm.new/cli/main.js', 0o755);
  rmSync('dist/esm', { recursive: true, force: true });
  renameSync('dist/esm.new', 'dist/esm');
}

/** Of all that the outputs are made from: the sources, the compilers and how they are set up. */
function hashOfSources() {
  const sources = ['lib', 'sample'].flatMap((folder) => filesIn(folder).map((path) => join(folder, path)));
  const settings = readdirSync('.').filter((name) => /^tsconfig.*\.json$/.test(name));
  const hash = createHash('sha256');
  for (const path of [
    ...sources,
    ...settings,
    'nest-cli.json',
    'package.json',
    'package-lock.json',
    'scripts/build.mjs',
  ])
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/**
 * What was compiled from a source that is no more would be packed, and found by an import.
 *
 * @param {string} out
 * @param {string} source
 */
function removeStale(out, source) {
  for (const path of filesIn(out)) {
    const from = path.replace(/(\.d)?\.[jt]s$/, '.ts');
    if (from !== path && !existsSync(join(source, from))) rmSync(join(out, path));
  }
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/^(?:node_modules|dist)\//.test(path))
    .toSorted();
}

/**
 * @param {string} path
 * @param {string} content
 */
function writeIfOther(path, content) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileSync(path, content);
}
