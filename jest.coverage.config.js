import base from './jest.bundles.config.js';

// The folders that a request goes straight through, and the bundles of tests that tell of them.
const lib = [
  'container',
  'request',
  'verification',
  'passport',
  'refusal',
  'transports',
  'routes',
  'guard',
  'decorators',
  'module',
];

export default {
  ...base,
  testMatch: ['core', 'transports', 'rest'].map((bundle) => `<rootDir>/test/bundles/${bundle}.spec.js`),
  silent: true,
  collectCoverage: true,
  collectCoverageFrom: lib.map((folder) => `lib/${folder}/**/*.ts`),
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'text-summary'],
  coverageThreshold: { global: { lines: 100, branches: 100, functions: 100 } },
};
