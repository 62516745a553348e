// Builds the library twice (ESM, and CommonJS for applications that use require) and then the sample, which imports the
// built library by its name, as a user's container does. Incremental: a second run takes a moment.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
const nestBuild = [resolve('@nestjs/cli/bin/nest.js'), 'build'];
// Not nest build: it would rewrite the library's name to the path under which the compiler finds its types.
const tsc = [resolve('typescript/bin/tsc')];

for (const { command, config, out } of [
  { command: nestBuild, config: 'tsconfig.build.json', out: 'dist/esm' },
  { command: nestBuild, config: 'tsconfig.cjs.json', out: 'dist/cjs' },
  { command: tsc, config: 'tsconfig.sample.json', out: 'dist/sample' },
]) {
  // Without its output a build-info file would make the compiler believe that there is nothing to write.
  if (!existsSync(out)) rmSync(`${out}.tsbuildinfo`, { force: true });
  const { status, signal } = spawnSync(process.execPath, [...command, '-p', config], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`Building with ${config} failed (${signal ?? `exit code ${status}`}).`);
    process.exit(status ?? 1);
  }
}

// Node decides by the nearest package.json, and the package itself is "module".
const marker = 'dist/cjs/package.json';
const content = '{"type":"commonjs"}\n';
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== content) writeFileSync(marker, content);

const bin = 'dist/esm/cli/main.js';
if (existsSync(bin)) chmodSync(bin, 0o755);
