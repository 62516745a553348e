// What is installed where. A layout is one folder with its node_modules, shared by all rows that name it, whatever their
// version of Node and their platform.
/** @typedef {10 | 11 | 12} Nest a major version */
/** @typedef {20 | 22 | 24 | 26} NodeVersion a major version */

export const NEST = {
  10: { nest: '^10.4.0', swagger: '^7.0.0', express: '^4.0.0' },
  11: { nest: '^11.0.0', swagger: '^11.0.0', express: '^5.0.0' },
  12: { nest: '^12.0.0', swagger: '^12.0.0', express: '^5.0.0' },
};

/** The first release of Node 20 that the package promises to run on, and the newest of the later ones. */
export const NODE = { 20: '20.19.0', 22: '22', 24: '24', 26: '26' };

/** Parts of Nest that packages load when an application uses them. Here none does, and none is installed. */
export const OPTIONAL_PARTS = [
  '@nestjs/microservices',
  '@nestjs/platform-socket.io',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
];

/**
 * @param {Nest} nest
 * @param {string} tarball
 */
const bare = (nest, tarball) => ({
  '@nestjs/common': NEST[nest].nest,
  '@nestjs/core': NEST[nest].nest,
  '@nestjs/platform-express': NEST[nest].nest,
  '@nestjs/platform-fastify': NEST[nest].nest,
  '@types/node': '^22.0.0',
  'nestjs-scaleway-auth': `file:${tarball}`,
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
});

/** @satisfies {Record<string, (nest: Nest, tarball: string) => Record<string, string>>} */
const layouts = {
  // The tools of the matrix itself, away from the applications: no application may find its missing packages here.
  tools: () => ({
    esbuild: 'latest',
    pnpm: 'latest',
    'typescript-5.9': 'npm:typescript@~5.9.0',
    'typescript-6': 'npm:typescript@^6.0.0',
    'typescript-7': 'npm:typescript@^7.0.0',
  }),
  bare: (nest, tarball) => bare(nest, tarball),
  pnpm: (nest, tarball) => bare(nest, tarball),
  // With every optional peer whose types the entries name, and with the runners of tests.
  full: (nest, tarball) => ({
    ...bare(nest, tarball),
    '@nestjs/microservices': NEST[nest].nest,
    '@nestjs/platform-ws': NEST[nest].nest,
    '@nestjs/swagger': NEST[nest].swagger,
    '@nestjs/testing': NEST[nest].nest,
    '@nestjs/websockets': NEST[nest].nest,
    // Nest's own declarations for Express do not compile without it.
    '@types/express': NEST[nest].express,
    jest: '^30.0.0',
    'ts-jest': '^29.0.0',
    typescript: '^6.0.0',
    vitest: '^5.0.0',
  }),
  // Inside the full one, whose Nest it finds: the last vitest that runs on Node 20.
  'full/vitest-4': () => ({ vitest: '^4.0.0' }),
};

/** @typedef {keyof typeof layouts} Layout */

/**
 * @param {Layout} layout
 * @param {Nest} nest
 * @param {string} tarball
 * @returns {Record<string, string>}
 */
export function dependenciesOf(layout, nest, tarball) {
  return layouts[layout](nest, tarball);
}
