import { jest } from '@jest/globals';

// It serves the page of GraphiQL, which no test opens, and on Node 20 jest cannot require the ES modules that it requires.
jest.mock('@fastify/static', () => ({}));

export const { MercuriusDriver, MercuriusFederationDriver } = await import('@nestjs/mercurius');
