import base from './jest.config.js';

/** `npm test`: the spec files that run in-process, a few bundles of them. */
export default {
  ...base,
  roots: ['<rootDir>/test/bundles'],
  testMatch: ['<rootDir>/test/bundles/*.spec.js'],
  testEnvironment: '<rootDir>/test/bundles/environment.cjs',
  showSeed: true,
};
