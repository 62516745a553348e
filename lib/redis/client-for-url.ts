import { RevocationLogError } from '../revocation/revocation-log.js';
import type { IoredisClient, NodeRedisClient, Prototype } from './connection.js';

type Exports = Record<string, unknown>;

/** Loads a client; undefined when it is not installed. */
export type LoadPackage = (name: 'redis' | 'ioredis') => Promise<Exports | undefined>;

const SCHEMES = ['redis:', 'rediss:', 'valkey:', 'unix:'];

interface Address {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

/**
 * Makes what connections are made from, with whichever client is installed. Nothing is connected yet.
 *
 * @throws TypeError for a URL of another kind; it may hold a password, so it is not repeated
 */
export function clientForUrl(url: string, load: LoadPackage): () => Promise<Prototype> {
  const address = readUrl(url);
  return async () => {
    const nodeRedis = await load('redis');
    if (nodeRedis !== undefined) return forNodeRedis(nodeRedis, address);
    const ioredis = await load('ioredis');
    if (ioredis !== undefined) return forIoredis(ioredis, address);
    throw new RevocationLogError('the package redis is not installed: npm install redis');
  };
}

function readUrl(text: string): Address {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol))
    throw new TypeError(`The URL of the store of revocations must begin with one of ${SCHEMES.join(', ')}.`);
  const isSocket = url.protocol === 'unix:';
  const database = (isSocket ? url.searchParams.get('db') : url.pathname.slice(1)) || '0';
  if (!/^\d{1,5}$/.test(database))
    throw new TypeError('The URL of the store of revocations must end in the number of a database, or in nothing.');
  return {
    ...(isSocket
      ? { path: decoded(url.pathname) }
      : { host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1', port: Number(url.port || 6379) }),
    tls: url.protocol === 'rediss:',
    ...(url.username !== '' && { username: decoded(url.username) }),
    ...(url.password !== '' && { password: decoded(url.password) }),
    database: Number(database),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError('The URL of the store of revocations must write a percent sign in a name or password as %25.');
  }
}

export const loadPackage: LoadPackage = async (name) => {
  // Literal names inside try: a bundler includes the client that is installed, and does without the other.
  try {
    return (name === 'redis' ? await import('redis') : await import('ioredis')) as unknown as Exports;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
    // A package that is there, but lacks one of its own, is not skipped in silence.
    if (missing && message.includes(`'${name}'`)) return undefined;
    throw error;
  }
};

function forNodeRedis(loaded: Exports, address: Address): NodeRedisClient {
  const { path, host, port, tls, database, ...credentials } = address;
  const createClient = exported(loaded, 'createClient') as (options: object) => NodeRedisClient;
  const socket =
    path === undefined ? { host, port, ...(tls && { tls: true, servername: host }) } : { path, tls: false };
  return createClient({ socket, database, ...credentials });
}

function forIoredis(loaded: Exports, address: Address): IoredisClient {
  const { tls, database, ...where } = address;
  const Redis = exported(loaded, 'Redis') as new (options: object) => IoredisClient;
  return new Redis({ ...where, db: database, lazyConnect: true, ...(tls && { tls: { servername: address.host } }) });
}

/** A CommonJS module may have its exports one level down. */
function exported(loaded: Exports, name: string): unknown {
  return loaded[name] ?? (loaded['default'] as Exports | undefined)?.[name];
}
