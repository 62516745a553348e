import { availableParallelism } from 'node:os';

export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/make-keys.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^nestjs-scaleway-auth$': '<rootDir>/lib/index.ts',
    '^nestjs-scaleway-auth/(platform|redis|swagger|testing|ws)$': '<rootDir>/lib/$1/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
  // Child processes: generous for a slow, shared machine.
  testTimeout: 30_000,
  maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
};
