import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage, succeed } from './build-image.mjs';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Makes the sample's image from its Dockerfile, with the built package of this repository.
 *
 * @param {string} folder an empty one
 */
export function sampleImage(folder) {
  const context = join(folder, 'context/app');
  mkdirSync(context, { recursive: true });
  for (const name of [
    'src',
    'package.json',
    'tsconfig.json',
    'bundle.mjs',
    'warm-up.mjs',
    'Dockerfile',
    '.dockerignore',
  ])
    cpSync(join(repository, 'sample', name), join(context, name), { recursive: true });
  installable(folder, context);
  return { context, image: buildImage(context, folder) };
}

/**
 * Packs the package, and gives a project that has it as a dependency a lock file. The tarball is where both the context and
 * the stages of an image find it, since each is two folders below.
 *
 * @param {string} folder
 * @param {string} context
 */
export function installable(folder, context) {
  succeed('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: repository });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  renameSync(join(folder, tarball), join(folder, 'package.tgz'));
  const file = join(context, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.dependencies['nestjs-scaleway-auth'] = 'file:../../package.tgz';
  writeFileSync(file, `${JSON.stringify(manifest, undefined, 2)}\n`);
  succeed('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: context });
}
