import base from '../../../jest.config.js';

export default {
  ...base,
  rootDir: '../../..',
  roots: ['<rootDir>/test/redis/scale'],
  testMatch: ['**/*.scale.ts'],
  testTimeout: 180_000,
};
