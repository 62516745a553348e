import { fileURLToPath } from 'node:url';
import base from '../../jest.config.js';

/** @param {string} name */
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/mutation'],
  testMatch: ['<rootDir>/test/mutation/*.spec.js'],
  globalSetup: '<rootDir>/test/mutation/begin-run.js',
  testEnvironment: here('first-failure-environment.cjs'),
  testSequencer: here('core-first.cjs'),
  // A mutant that makes a request hang is found out soon.
  testTimeout: 5_000,
  maxWorkers: 1,
};
