import base from './jest.config.js';

/** `npm test`: the spec files that run in-process, a few bundles of them. */
export default {
  ...base,
  roots: ['<rootDir>/test/bundles'],
  testMatch: ['<rootDir>/test/bundles/*.spec.js'],
  testEnvironment: '<rootDir>/test/bundles/environment.cjs',
  testSequencer: '<rootDir>/test/bundles/longest-first.cjs',
  showSeed: true,
  // Two of the bundles wait most of their time.
  maxWorkers: Math.max(3, base.maxWorkers),
};
