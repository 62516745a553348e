import base from '../../../jest.config.js';

export default {
  ...base,
  rootDir: '../../..',
  roots: ['<rootDir>/test/redis/faults'],
  testMatch: ['**/*.faults.ts'],
  testTimeout: 180_000,
};
