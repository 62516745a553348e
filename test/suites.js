/*
 * Which spec file belongs to which suite. A file that no line names is behaviour of the library that is tested in-process,
 * and runs with `npm test`: nothing can be forgotten.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The suites beside `npm test`. A path stands for itself, or for all that begins with it.
 *
 * @type {Record<string, string[]>}
 */
export const suites = {
  // Programs of this repository as processes: the command line, `dev`, terminals, boots and ends.
  process: [
    'test/cli/dev/',
    'test/cli/inspect/',
    'test/cli/issue/issue.spec.ts',
    'test/module/boot.spec.ts',
    'test/platform/client/built-package.spec.ts',
    'test/platform/official-clients/curl.spec.ts',
    'test/platform/official-clients/requests.spec.ts',
    'test/platform/official-clients/sdk.spec.ts',
    'test/sample/balancer.spec.ts',
    'test/sample/bundle.spec.ts',
    'test/sample/sample.spec.ts',
    'test/swagger/api-tester-page.spec.ts',
    'test/swagger/served-documents.spec.ts',
  ],
  // The package as it is published, in other versions and beside other tools. Installs from the registry.
  package: [
    'test/package/',
    'test/platform/official-clients/serverless.spec.ts',
    'test/readme/api-reference.spec.ts',
    'test/readme/published.spec.ts',
    'test/sample/image.spec.ts',
    'test/sample/starter.spec.ts',
    'test/swagger/versions.spec.ts',
  ],
  browser: ['test/browser/'],
  // With servers of this machine: redis-server (or that of REDIS_URL), postgres.
  redis: ['test/cli/revoke/', 'test/redis/', 'test/revocation/postgres.spec.ts', 'test/sample/deny-list.spec.ts'],
};

/** Whatever else starts a process has a suite above. */
export const MAY_START_PROCESSES = new Set([
  // The compiler, over the code of the manual.
  'test/readme/manual.spec.ts',
  // A writer at the other end of a pipe.
  'test/platform/client/credentials.spec.ts',
]);

/** The bundles of `npm test`, by folders: each loads once what its files import. The last has all the rest. */
const bundles = {
  security: ['test/security/'],
  transports: ['test/transports/', 'test/swagger/', 'test/readme/'],
  core: [
    'test/container/',
    'test/request/',
    'test/verification/',
    'test/passport/',
    'test/refusal/',
    'test/guard/',
    'test/routes/',
    'test/decorators/',
    'test/module/',
    'test/e2e/',
  ],
  platform: ['test/platform/'],
  rest: ['test/'],
};

/** All spec files, from the root of the repository. */
export const specFiles = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.spec.ts') && !/node_modules|\.sandbox/.test(path))
  .map((path) => join('test', path))
  .toSorted();

/**
 * @param {readonly string[]} paths
 * @param {string} file
 */
const within = (paths, file) => paths.some((path) => file.startsWith(path));

/**
 * The name of a file's suite, or undefined for `npm test`.
 *
 * @param {string} file
 */
export const suiteOf = (file) => Object.entries(suites).find(([, paths]) => within(paths, file))?.[0];

/** The files of `npm test`. */
export const inProcess = specFiles.filter((file) => suiteOf(file) === undefined);

/** @param {string} name */
export const filesOfSuite = (name) => specFiles.filter((file) => suiteOf(file) === name);

/** @param {string} name */
export const filesOfBundle = (name) =>
  inProcess.filter((file) => Object.entries(bundles).find(([, paths]) => within(paths, file))?.[0] === name);
