// node build-image.mjs sample|esm|cjs FOLDER: makes the image of the sample, or of a new Nest project that took over the
// sample's Dockerfile, in a folder, and prints where things are.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage } from '../../scripts/tooling/image/build-image.mjs';
import { installable, sampleImage } from '../../scripts/tooling/image/sample-image.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** What a new project builds with: its tools for tests and style take long to install, and build nothing. */
const BUILDS = ['@nestjs/cli', '@nestjs/schematics', '@types/express', '@types/node', 'typescript'];

/** What its further controller and its gateway need: packages that Nest loads if they are there, and a native one. */
const USED = {
  '@nestjs/platform-ws': '^12.0.1',
  '@nestjs/websockets': '^12.0.1',
  bcrypt: '^6.0.0',
  'class-transformer': '^0.5.1',
  'class-validator': '^0.15.0',
};
const ADDED = { '@types/bcrypt': '^6.0.0', esbuild: '^0.28.2' };

const [kind = '', folder = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
console.log(JSON.stringify(kind === 'sample' ? sampleImage(folder) : starterImage(kind, folder)));

/**
 * @param {string} type of modules: `esm` or `cjs`
 * @param {string} parent
 */
function starterImage(type, parent) {
  const context = join(parent, 'context/app');
  newProject(type, join(parent, 'context'));
  for (const name of ['Dockerfile', '.dockerignore', 'bundle.mjs', 'warm-up.mjs'])
    cpSync(join(repository, 'sample', name), join(context, name));
  const moduleFile = join(context, 'src/app.module.ts');
  writeFileSync(moduleFile, guarded(readFileSync(moduleFile, 'utf8')));
  cpSync(join(repository, 'test/sample/orders.controller.txt'), join(context, 'src/orders.controller.ts'));
  // The other one has the packages for gateways and no gateway: then only Nest imports them, by import().
  if (type === 'cjs') addGateway(join(context, 'src'));
  edit(join(context, 'package.json'), (manifest) => {
    Object.assign(manifest.dependencies, USED);
    manifest.devDependencies = { ...only(BUILDS, manifest.devDependencies), ...ADDED };
  });
  edit(join(context, 'tsconfig.json'), (config) => {
    config.compilerOptions.types = ['node'];
  });
  installable(parent, context);
  return { context, image: buildImage(context, parent) };
}

/**
 * @param {string} file
 * @param {(content: any) => void} change
 */
function edit(file, change) {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  change(content);
  writeFileSync(file, JSON.stringify(content));
}

/**
 * @param {readonly string[]} names
 * @param {Record<string, string>} versions
 */
function only(names, versions) {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => names.includes(name)));
}

/**
 * What `nest new app` writes.
 *
 * @param {string} type
 * @param {string} cwd
 */
function newProject(type, cwd) {
  mkdirSync(cwd, { recursive: true });
  const schematics = join(repository, 'node_modules/@angular-devkit/schematics-cli/bin/schematics.js');
  const options = ['--name=app', `--type=${type}`, '--observe=false', '--package-manager=npm'];
  const { status, stderr } = spawnSync(process.execPath, [schematics, '@nestjs/schematics:application', ...options], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The project was not made: ${stderr}`);
}

/**
 * The module of the project with a guard on all routes, and one more controller.
 *
 * @param {string} source
 */
function guarded(source) {
  return `import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { OrdersController } from './orders.controller.js';
${source}`
    .replace('imports: []', 'imports: [ScalewayAuthModule.forRoot({ protectAllRoutes: true })]')
    .replace('controllers: [', 'controllers: [OrdersController, ');
}

/** @param {string} sources the folder */
function addGateway(sources) {
  cpSync(join(repository, 'test/sample/orders.gateway.txt'), join(sources, 'orders.gateway.ts'));
  const [main, module] = [join(sources, 'main.ts'), join(sources, 'app.module.ts')];
  const adapter = '  app.useWebSocketAdapter(new ScwWsAdapter(app));';
  writeFileSync(
    main,
    `import { ScwWsAdapter } from 'nestjs-scaleway-auth/ws';
${readFileSync(main, 'utf8').replace('  await app.listen', `${adapter}\n  await app.listen`)}`,
  );
  writeFileSync(
    module,
    `import { OrdersGateway } from './orders.gateway.js';
${readFileSync(module, 'utf8').replace('providers: [', 'providers: [OrdersGateway, ')}`,
  );
}
