// Builds the library twice (ESM for Nest 12, CommonJS for Nest 10 and 11 applications that use require) and then the
// sample, which uses the built library by its name as a user's container does. Incremental: a second run takes a moment.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');

for (const { config, out } of [
  { config: 'tsconfig.build.json', out: 'dist/esm' },
  { config: 'tsconfig.cjs.json', out: 'dist/cjs' },
  { config: 'tsconfig.sample.json', out: 'dist/sample' },
]) {
  // Without its output a build-info file would make the compiler believe that there is nothing to write.
  if (!existsSync(out)) rmSync(`${out}.tsbuildinfo`, { force: true });
  const { status, signal } = spawnSync(process.execPath, [nest, 'build', '-p', config], { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`nest build -p ${config} failed (${signal ?? `exit code ${status}`}).`);
    process.exit(status ?? 1);
  }
}

// Node decides by the nearest package.json; the package itself is "module".
const marker = 'dist/cjs/package.json';
const content = '{"type":"commonjs"}\n';
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== content) writeFileSync(marker, content);

const bin = 'dist/esm/cli/main.js';
if (existsSync(bin)) chmodSync(bin, 0o755);
