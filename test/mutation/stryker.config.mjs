// Stryker runs in the folder above, started by run.mjs.
export default {
  packageManager: 'npm',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  mutate: ['lib/{container,request,verification,passport,refusal,transports,routes,guard,decorators,module}/**/*.ts'],
  ignorePatterns: ['/bench', '/dist', '/docs', '/coverage'],
  tempDirName: 'test/mutation/.sandbox',
  jsonReporter: { fileName: 'test/mutation/results/mutation.json' },
  // What was found out about code and tests that have not changed is not found out again. Stryker sees two test files, which
  // never change; so run.mjs has a file of results for each state of the tests.
  incremental: true,
  timeoutMS: 5_000,
  timeoutFactor: 1.2,
  // jest does not let go of ES modules: a process that runs it often grows, and slows down.
  maxTestRunnerReuse: 12,
  concurrency: 2,
  warnings: { slow: false },
};
