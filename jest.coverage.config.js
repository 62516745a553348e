import base from './jest.config.js';

// The folders that a request goes straight through, and the tests that tell of them.
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
const test = [
  'container',
  'request',
  'verification',
  'passport',
  'refusal',
  'transports',
  'guard',
  'decorators',
  'module',
  'e2e',
];

export default {
  ...base,
  roots: test.map((folder) => `<rootDir>/test/${folder}`),
  silent: true,
  collectCoverage: true,
  collectCoverageFrom: lib.map((folder) => `lib/${folder}/**/*.ts`),
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'text-summary'],
  coverageThreshold: { global: { lines: 100, branches: 100, functions: 100 } },
};
