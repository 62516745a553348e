import type { RevocationLog, RevocationLogPage } from '../revocation/revocation-log.js';
import { compactStream, type Compaction } from './compact-stream.js';
import { Connection, type IoredisClient, type NodeRedisClient, type Prototype, singleClient } from './connection.js';
import { appendAndWait, appendToMaster } from './append.js';
import { clientForUrl, type LoadPackage, loadPackage } from './client-for-url.js';
import { isReplyError, toLogError } from './failure.js';
import { infoOf, onReplica, range, readPage, type ServerInfo } from './stream.js';

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
      /**
       * `createClient()` of `redis`, or `new Redis()` of `ioredis`, which may name Sentinels. Its settings are used for
       * connections of the log's own; the client itself is left alone. Not used are `keyPrefix`, since `key` names the stream,
       * and a database that was selected later.
       */
      readonly client: NodeRedisClient | IoredisClient;
    }
);

export const DEFAULT_KEY = 'scaleway-auth:revocations';

/** Reads between two that ask whether entries were removed: seldom enough for two commands a read, soon enough for a replica that starts meanwhile. */
const READS_WITHOUT_COUNT = 3;

/**
 * The deny list's log as a stream of Redis 7 or later. Give the server an append-only file and
 * `maxmemory-policy noeviction`, or a lost list can be put back only by replicas that are running.
 *
 * @throws TypeError for a URL of another kind, which the message does not repeat, and for a client of a cluster or pool
 * @example
 * new RedisRevocationLog({ url: process.env.REVOCATION_STORE_URL, key: 'orders:revocations' })
 */
export class RedisRevocationLog implements RevocationLog {
  private readonly key: string;
  private readonly waitReplicas: number;
  private readonly prototype: () => Promise<Prototype>;
  /** Reads, and appends what does not wait for replicas. */
  private shared: Promise<Connection> | undefined;
  /** `WAIT` holds up what comes behind it. */
  private waiting: Promise<Connection> | undefined;
  private server: ServerInfo | undefined;
  private readsUntilCount = 0;
  /** How many entries were removed, as far as one of the readers was told. */
  private removed: number | undefined;

  constructor(
    options: RedisRevocationLogOptions,
    load: LoadPackage = loadPackage,
    private readonly pageSize = 1000,
  ) {
    const { key = DEFAULT_KEY, waitReplicas = 0 } = options;
    if (typeof key !== 'string' || key === '') throw new TypeError('RedisRevocationLog: key must be a name.');
    if (!Number.isSafeInteger(waitReplicas) || waitReplicas < 0)
      throw new TypeError('RedisRevocationLog: waitReplicas must be a whole number of replicas, 0 or more.');
    this.key = key;
    this.waitReplicas = waitReplicas;
    if ('client' in options) {
      const client = singleClient(options.client);
      this.prototype = () => Promise.resolve(client);
    } else {
      const make = clientForUrl(options.url, load);
      let made: Promise<Prototype> | undefined;
      this.prototype = () => (made ??= make());
    }
  }

  async append(entries: readonly string[], purpose: 'change' | 'upkeep' = 'change'): Promise<void> {
    const appends = entries.map((entry) => ['XADD', this.key, '*', 'e', entry]);
    if (this.waitReplicas === 0 || purpose === 'upkeep')
      await this.withConnection('shared', (connection) => appendToMaster(connection, appends));
    else await this.withConnection('waiting', (connection) => appendAndWait(connection, appends, this.waitReplicas));
  }

  async read(after?: string): Promise<RevocationLogPage> {
    return this.withConnection('shared', async (connection) => {
      // Decided before anything is waited for: several applications of this process may read.
      const counts = this.readsUntilCount <= 0;
      this.readsUntilCount = counts ? READS_WITHOUT_COUNT : this.readsUntilCount - 1;
      const counted = counts ? undefined : this.removed;
      const { removed, ...page } = await readPage(connection, this.key, after, this.pageSize, counted);
      this.removed = removed;
      if (page.more) this.readsUntilCount = 0;
      return { ...page, life: `${this.server?.runId ?? ''}:${removed}` };
    });
  }

  /**
   * Rewrites the log without what has ended by the server's clock, what was undone, and what was put back twice. Safe while it is
   * read and written.
   */
  async compact(): Promise<Compaction> {
    let connection: Connection | undefined;
    try {
      // One of its own, since WATCH is about a connection.
      connection = await this.connect();
      return await compactStream(connection, this.key);
    } catch (error) {
      throw toLogError(error, connection !== undefined);
    } finally {
      connection?.close();
    }
  }

  /** What the server says of itself, and whether there is a log at all. @internal */
  async describe(): Promise<ServerInfo & { readonly isEmpty: boolean }> {
    return this.withConnection('shared', async (connection) => {
      const isEmpty = (await range(connection, this.key, '-', 1)).length === 0;
      return { ...this.server, isEmpty };
    });
  }

  async close(): Promise<void> {
    for (const name of ['shared', 'waiting'] as const) await this.drop(name, this[name]);
  }

  private async withConnection<T>(
    name: 'shared' | 'waiting',
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const connecting = (this[name] ??= this.connect());
    let isConnected = false;
    try {
      const connection = await connecting;
      isConnected = true;
      return await work(connection);
    } catch (error) {
      // Whatever is wrong with a connection, a new one is the remedy, and the next call makes it.
      if (!isConnected || !isReplyError(error)) await this.drop(name, connecting);
      throw toLogError(error, isConnected);
    }
  }

  private async connect(): Promise<Connection> {
    const connection = await Connection.open(await this.prototype());
    try {
      this.server = await infoOf(connection);
      if (this.server.isReplica) throw onReplica();
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Only the one that failed: another call may have made a new one by now. */
  private async drop(name: 'shared' | 'waiting', connecting: Promise<Connection> | undefined): Promise<void> {
    if (this[name] === connecting) this[name] = undefined;
    (await connecting?.catch(() => undefined))?.close();
  }
}
