// Joins the compiled application and all packages that it imports into one folder, bundle/, which runs without
// node_modules. Compile first (npm run build): esbuild alone does not write the types that Nest's decorators need
// (emitDecoratorMetadata).
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';

/**
 * What must be loaded before everything else, in this order. Add what your main.ts imports first for its effect, such as
 * 'dotenv/config' or './dist/instrument.js': esbuild does not keep this order across the files that it writes.
 */
const FIRST = ['reflect-metadata'];

/** What Nest and other packages import if it is there. Bundled when you have installed it, left out when not. */
const OPTIONAL = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/platform-socket.io',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  'ioredis',
  'redis',
];

/** What cannot be bundled. When you have installed it, it is copied into bundle/node_modules, with its dependencies. */
const KEPT = [
  // Reads files of its own.
  'swagger-ui-dist',
  // Nest loads these in a way that esbuild does not follow.
  '@grpc/grpc-js',
  '@grpc/proto-loader',
  '@nats-io/transport-node',
  'amqp-connection-manager',
  'amqplib',
  'kafkajs',
  'mqtt',
  'ws',
  // Native. Add those that you use.
  'argon2',
  'bcrypt',
  'better-sqlite3',
  'sharp',
];

const external = [...OPTIONAL.filter((name) => !isInstalled(name)), ...KEPT];

/**
 * For import() of a CommonJS package esbuild makes its default export alone. Node gives the others too, so Node is asked.
 *
 * @type {import('esbuild').Plugin}
 */
const namedExports = {
  name: 'named-exports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@\w]/ }, async ({ kind, path, resolveDir }) => {
      const isExternal = external.some((name) => `${path}/`.startsWith(`${name}/`));
      if (kind !== 'dynamic-import' || isBuiltin(path) || isExternal) return undefined;
      // What is not installed is left to esbuild, which knows where that is allowed.
      const exported = await import(path).catch(() => undefined);
      if (exported === undefined) return undefined;
      return { path, namespace: 'named-exports', pluginData: { exported, resolveDir } };
    });
    onLoad({ filter: /./, namespace: 'named-exports' }, ({ path, pluginData: { exported, resolveDir } }) => {
      const names = Object.keys(exported).filter((name) => /^[\w$]+$/.test(name));
      return { contents: `export { ${names.join(', ')} } from '${path}';`, resolveDir };
    });
  },
};

rmSync('bundle', { recursive: true, force: true });
await build({
  // Written as bundle/main.mjs. The application follows by import(), which begins when all of FIRST is loaded.
  stdin: {
    contents: [...FIRST.map((name) => `import '${name}';`), "await import('./dist/main.js');"].join('\n'),
    resolveDir: '.',
  },
  entryNames: 'main',
  outdir: 'bundle',
  // .mjs is an ES module without a package.json beside it.
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  // What is loaded by import() stays a file of its own, and is read only when it is needed.
  splitting: true,
  platform: 'node',
  target: 'node20',
  // Nest writes the names of classes into logs and OpenAPI documents.
  keepNames: true,
  external,
  plugins: [namedExports],
  // CommonJS packages use these three, which an ES module does not have.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  banner: {
    js: "import { createRequire as requireOfBundle } from 'node:module'; const require = requireOfBundle(import.meta.url);",
  },
  logLevel: 'warning',
});
for (const name of KEPT) if (isInstalled(name)) copyPackage(name);

/** @param {string} name */
function isInstalled(name) {
  return existsSync(`node_modules/${name}/package.json`);
}

/** @param {string} name */
function copyPackage(name) {
  const [from, to] = [`node_modules/${name}`, `bundle/node_modules/${name}`];
  if (!isInstalled(name) || existsSync(to)) return;
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !path.endsWith('.map') });
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${from}/package.json`, 'utf8'));
  for (const dependency of Object.keys({ ...dependencies, ...optionalDependencies })) copyPackage(dependency);
}
