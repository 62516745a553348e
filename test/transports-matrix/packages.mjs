// What is installed for each version of Nest: it, and what the programs combine it with.
import { NEST } from '../matrix/layouts.mjs';

/** @typedef {import('../matrix/layouts.mjs').Nest} Nest */

/** The releases of other packages that belong to a version of Nest. */
const BESIDE = {
  10: { bullmq: 10, cqrs: 10, 'event-emitter': 2, schedule: 4, 'serve-static': 4, terminus: 10, static: 7, cache: 3 },
  11: { bullmq: 11, cqrs: 11, 'event-emitter': 3, schedule: 6, 'serve-static': 5, terminus: 11, static: 8, cache: 3 },
  12: {
    bullmq: 12,
    cqrs: 12,
    'event-emitter': 12,
    schedule: 12,
    'serve-static': 12,
    terminus: 12,
    static: 10,
    cache: 12,
  },
};

const OF_NEST = [
  'common',
  'core',
  'microservices',
  'platform-express',
  'platform-fastify',
  'platform-socket.io',
  'platform-ws',
  'testing',
  'websockets',
];

/**
 * @param {Nest} nest
 * @returns {Record<string, string>}
 */
export function packagesOf(nest) {
  const { static: fastifyStatic, cache, ...others } = BESIDE[nest];
  return {
    ...Object.fromEntries(OF_NEST.map((name) => [`@nestjs/${name}`, NEST[nest].nest])),
    ...Object.fromEntries(Object.entries(others).map(([name, major]) => [`@nestjs/${name}`, `^${major}.0.0`])),
    '@fastify/static': `^${fastifyStatic}.0.0`,
    '@grpc/grpc-js': '^1.14.0',
    '@grpc/proto-loader': '^0.8.0',
    '@nestjs/cache-manager': `^${cache}.0.0`,
    '@nestjs/throttler': '^6.0.0',
    bullmq: '^5.0.0',
    'cache-manager': '^7.0.0',
    express: NEST[nest].express,
    ioredis: '^5.0.0',
    keyv: '^5.0.0',
    passport: '^0.7.0',
    'passport-jwt': '^4.0.0',
    'reflect-metadata': '^0.2.0',
    rxjs: '^7.8.0',
    'socket.io-client': '^4.8.0',
    ws: '^8.18.0',
  };
}
