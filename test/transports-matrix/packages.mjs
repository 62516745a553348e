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

/**
 * What GraphQL runs on; Yoga's driver knows no Nest 12.
 *
 * @type {Record<Nest, Record<string, string>>}
 */
const GRAPHQL = {
  10: {
    '@apollo/server': '^4.0.0',
    '@apollo/server-plugin-response-cache': '^4.0.0',
    '@as-integrations/fastify': '^2.0.0',
    '@graphql-yoga/nestjs': '^2.1.1',
    '@mercuriusjs/federation': '^3.0.0',
    '@mercuriusjs/gateway': '^3.0.0',
    '@nestjs/apollo': '^12.0.0',
    '@nestjs/graphql': '^12.0.0',
    '@nestjs/mercurius': '^12.0.0',
    fastify: '^4.0.0',
    'graphql-yoga': '^4.0.5',
    mercurius: '^14.0.0',
  },
  11: {
    '@apollo/server': '^5.0.0',
    '@apollo/server-plugin-response-cache': '^5.0.0',
    '@as-integrations/express5': '^1.0.0',
    '@as-integrations/fastify': '^3.0.0',
    '@graphql-yoga/nestjs': '^3.0.0',
    '@mercuriusjs/federation': '^5.0.0',
    '@mercuriusjs/gateway': '^5.0.0',
    '@nestjs/apollo': '^13.0.0',
    '@nestjs/graphql': '^13.0.0',
    '@nestjs/mercurius': '^13.0.0',
    fastify: '^5.0.0',
    'graphql-yoga': '^5.0.0',
    mercurius: '^16.0.0',
  },
  12: {
    '@apollo/server': '^5.0.0',
    '@apollo/server-plugin-response-cache': '^5.0.0',
    '@as-integrations/express5': '^1.0.0',
    '@as-integrations/fastify': '^3.0.0',
    '@mercuriusjs/federation': '^5.0.0',
    '@mercuriusjs/gateway': '^5.0.0',
    '@nestjs/apollo': '^14.0.0',
    '@nestjs/graphql': '^14.0.0',
    '@nestjs/mercurius': '^14.0.0',
    fastify: '^5.0.0',
    mercurius: '^16.0.0',
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
    ...GRAPHQL[nest],
    '@apollo/gateway': '^2.0.0',
    '@apollo/subgraph': '^2.0.0',
    '@fastify/static': `^${fastifyStatic}.0.0`,
    '@grpc/grpc-js': '^1.14.0',
    '@grpc/proto-loader': '^0.8.0',
    '@nestjs/cache-manager': `^${cache}.0.0`,
    '@nestjs/throttler': '^6.0.0',
    bullmq: '^5.0.0',
    'cache-manager': '^7.0.0',
    express: NEST[nest].express,
    graphql: '^16.11.0',
    'graphql-ws': '^6.0.0',
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
