import { type RevocationLog, RevocationLogError, type RevocationLogPage } from '../revocation/revocation-log.js';
import { compactStream, type Compaction } from './compact-stream.js';
import { Connection, type IoredisClient, type NodeRedisClient, type Prototype } from './connection.js';
import { clientForUrl, type LoadPackage } from './client-for-url.js';
import { isReplyError, toLogError } from './failure.js';
import { infoOf, readPage, type ServerInfo } from './stream.js';

/** Where the stream is. */
export type RedisRevocationLogOptions = {
  /**
   * The stream's key: one for each container, since `issuedBefore` is about one container.
   *
   * @default 'scaleway-auth:revocations'
   */
  readonly key?: string;
  /**
   * How many of the server's replicas must acknowledge a change before it counts (`WAIT`), so that a failover cannot lose
   * it. A change that too few of them acknowledge rejects.
   *
   * @default 0
   */
  readonly waitReplicas?: number;
} & (
  | {
      /**
       * `redis://`, `rediss://` (TLS) or `valkey://`, as `redis://user:password@host:6379/0`; or a socket, as
       * `unix:/run/redis.sock?db=0`. Takes the package `redis` or `ioredis`, whichever is installed.
       */
      readonly url: string;
    }
  | {
      /** A client of `redis` or `ioredis`. Its settings are used for connections of the log's own; the client itself is left alone. */
      readonly client: NodeRedisClient | IoredisClient;
    }
);

export const DEFAULT_KEY = 'scaleway-auth:revocations';

/** How long `WAIT` waits, in milliseconds: less than a change may take in all. */
const WAIT_MS = 3000;

/**
 * The deny list's log as a stream of Redis 6.2 or later, or Valkey. Give the server an append-only file and
 * `maxmemory-policy noeviction`, or a lost list can be put back only by replicas that are running.
 *
 * @throws TypeError for a URL of another kind; the message does not repeat it
 * @example
 * new RedisRevocationLog({ url: process.env.REVOCATION_STORE_URL, key: 'orders:revocations' })
 */
export class RedisRevocationLog implements RevocationLog {
  private readonly key: string;
  private readonly waitReplicas: number;
  private readonly prototype: () => Promise<Prototype>;
  /** Reads, and changes too where they do not wait for replicas. */
  private shared: Promise<Connection> | undefined;
  /** `WAIT` holds up what comes behind it. */
  private waiting: Promise<Connection> | undefined;
  private server: ServerInfo | undefined;
  private closed = false;

  constructor(
    options: RedisRevocationLogOptions,
    load: LoadPackage = (name) => import(name),
    private readonly pageSize = 1000,
  ) {
    const { key = DEFAULT_KEY, waitReplicas = 0 } = options;
    if (typeof key !== 'string' || key === '') throw new TypeError('RedisRevocationLog: key must be a name.');
    if (!Number.isSafeInteger(waitReplicas) || waitReplicas < 0)
      throw new TypeError('RedisRevocationLog: waitReplicas must be a whole number of replicas, 0 or more.');
    this.key = key;
    this.waitReplicas = waitReplicas;
    if ('client' in options) {
      const { client } = options;
      if (typeof client?.duplicate !== 'function')
        throw new TypeError("RedisRevocationLog: client must be a client of 'redis' or 'ioredis'.");
      this.prototype = () => Promise.resolve(client);
    } else {
      const make = clientForUrl(options.url, load);
      let made: Promise<Prototype> | undefined;
      this.prototype = () => (made ??= make());
    }
  }

  async append(entry: string): Promise<void> {
    await this.withConnection(this.waitReplicas > 0 ? 'waiting' : 'shared', async (connection) => {
      const append = ['XADD', this.key, '*', 'e', entry];
      if (this.waitReplicas === 0) return connection.send([append]);
      const wait = ['WAIT', String(this.waitReplicas), String(WAIT_MS)];
      const acknowledged = Number((await connection.send([append, wait], WAIT_MS + 1000))[1]);
      if (acknowledged < this.waitReplicas)
        throw new RevocationLogError(
          `the server has it, but only ${acknowledged} of ${this.waitReplicas} replicas acknowledged it`,
        );
      return undefined;
    });
  }

  async read(after?: string): Promise<RevocationLogPage> {
    return this.withConnection('shared', async (connection) => {
      const page = await readPage(connection, this.key, after, this.pageSize);
      return { ...page, life: this.server?.runId };
    });
  }

  /**
   * Rewrites the log without what has ended by the server's clock, what was undone, and duplicates. Safe while it is
   * read and written.
   */
  async compact(): Promise<Compaction> {
    return this.withConnection('shared', (connection) => compactStream(connection, this.key));
  }

  /** What the server says of itself. @internal */
  async describe(): Promise<ServerInfo & { readonly length: number }> {
    return this.withConnection('shared', async (connection) => {
      const [length] = await connection.send([['XLEN', this.key]]);
      return { ...this.server, length: Number(length) };
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const name of ['shared', 'waiting'] as const) await this.drop(name);
  }

  private async withConnection<T>(
    name: 'shared' | 'waiting',
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    let isConnected = false;
    try {
      if (this.closed) throw new RevocationLogError('the log was closed');
      const connection = await (this[name] ??= this.connect());
      isConnected = true;
      return await work(connection);
    } catch (error) {
      // Whatever is wrong with a connection, a new one is the remedy, and the next call makes it.
      if (!isReplyError(error)) await this.drop(name);
      throw toLogError(error, isConnected);
    }
  }

  private async connect(): Promise<Connection> {
    const connection = await Connection.open(await this.prototype());
    this.server = await infoOf(connection);
    return connection;
  }

  private async drop(name: 'shared' | 'waiting'): Promise<void> {
    const connection = this[name];
    this[name] = undefined;
    (await connection?.catch(() => undefined))?.close();
  }
}
