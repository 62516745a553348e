// Builds the library as ES modules and as CommonJS, and then the sample, which imports the built library by its name, as a
// user's container does. Incremental: a second run takes a moment.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const { resolve } = createRequire(import.meta.url);
const nestBuild = [resolve('@nestjs/cli/bin/nest.js'), 'build'];
// Not nest build: it would rewrite the library's name to the path under which the compiler finds its types.
const tsc = [resolve('typescript/bin/tsc')];

compile(nestBuild, 'tsconfig.build.json', 'dist/modules');
await bundle();
compile(nestBuild, 'tsconfig.cjs.json', 'dist/cjs');
// Node decides by the nearest package.json, and the package itself is "module".
writeIfOther('dist/cjs/package.json', '{"type":"commonjs"}\n');
compile(tsc, 'tsconfig.sample.json', 'dist/sample');

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
  chmodSync('dist/esm.new/cli/main.js', 0o755);
  rmSync('dist/esm', { recursive: true, force: true });
  renameSync('dist/esm.new', 'dist/esm');
}

/**
 * @param {string} path
 * @param {string} content
 */
function writeIfOther(path, content) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) writeFileSync(path, content);
}
