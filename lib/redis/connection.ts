import { RevocationLogError } from '../revocation/revocation-log.js';
import { withDeadline } from '../revocation/deadline.js';

/** The part of a client of `redis` (node-redis) that is used. */
export interface NodeRedisClient {
  /** Makes a client with the same settings, and some of one's own. */
  duplicate(overrides?: object): NodeRedisClient;
  /** Connects, and authenticates. */
  connect(): Promise<unknown>;
  /** Sends a command, as a list of words. */
  sendCommand(args: string[]): Promise<unknown>;
  /** Ends the connection at once. */
  destroy(): unknown;
  /** What fails outside a command is told here. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
  /** The settings. */
  readonly options?: { readonly socket?: object | undefined } | undefined;
}

/** The part of a client of `ioredis` that is used. */
export interface IoredisClient {
  /** Makes a client with the same settings, and some of one's own. */
  duplicate(overrides?: object): IoredisClient;
  /** Connects, and authenticates. */
  connect(): Promise<unknown>;
  /** Sends a command with its arguments. */
  call(command: string, ...args: string[]): Promise<unknown>;
  /** Ends the connection at once. */
  disconnect(): void;
  /** What fails outside a command is told here. */
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

export type Prototype = NodeRedisClient | IoredisClient;

/**
 * Refuses clients that stand for several connections or servers: WATCH, ROLE and what is asked behind an append are about
 * one.
 *
 * @throws TypeError
 */
export function singleClient(client: unknown): Prototype {
  const { duplicate, options, isCluster } = (client ?? {}) as Record<string, unknown>;
  if (typeof duplicate !== 'function' || typeof options !== 'object' || isCluster === true)
    throw new TypeError(
      "RedisRevocationLog: client must be createClient() of 'redis' or new Redis() of 'ioredis'. " +
        'With Sentinel, take new Redis({ sentinels, name }) of ioredis. A cluster or a pool of clients does not work.',
    );
  return client as Prototype;
}

/** How long connecting and authenticating may take, in milliseconds. Replicas that start wait for that: no longer than for an answer. */
const CONNECT_MS = 2000;
/** How long an answer may take, in milliseconds; then the connection is taken for dead. */
const ANSWER_MS = 2000;

/**
 * One connection, which is never mended: a client that reconnects by itself queues commands, and may send a command again
 * whose answer was lost.
 */
export class Connection {
  /** Commands that the server has refused: asking again would fill its ACL log. */
  readonly forbidden = new Set<string>();

  private constructor(
    private readonly sendOne: (command: readonly string[]) => Promise<unknown>,
    readonly close: () => void,
  ) {}

  static async open(prototype: Prototype): Promise<Connection> {
    const { connection, connected, lastError } = 'call' in prototype ? viaIoredis(prototype) : viaNodeRedis(prototype);
    try {
      await withDeadline(connected(), CONNECT_MS, timedOut);
    } catch (error) {
      connection.close();
      // ioredis rejects with "Connection is closed." and tells the cause as an event.
      throw lastError() ?? error;
    }
    return connection;
  }

  /** Sends commands in one go. Rejects with the first error, or when the answers are late. */
  async send(commands: readonly (readonly string[])[]): Promise<unknown[]> {
    const answers = Promise.all(commands.map((command) => this.sendOne(command)));
    return withDeadline(answers, ANSWER_MS, timedOut);
  }

  /** The same, with the answer or error of each. Rejects when they are late. */
  async settle(
    commands: readonly (readonly string[])[],
    milliseconds = ANSWER_MS,
  ): Promise<PromiseSettledResult<unknown>[]> {
    const answers = Promise.allSettled(commands.map((command) => this.sendOne(command)));
    return withDeadline(answers, milliseconds, timedOut);
  }

  /** @internal */
  static of(sendOne: (command: readonly string[]) => Promise<unknown>, close: () => void): Connection {
    return new Connection(sendOne, () => {
      try {
        close();
      } catch {
        // It was closed before.
      }
    });
  }
}

interface Opening {
  readonly connection: Connection;
  readonly connected: () => Promise<unknown>;
  readonly lastError: () => unknown;
}

function viaNodeRedis(prototype: NodeRedisClient): Opening {
  const client = prototype.duplicate({
    socket: { ...prototype.options?.socket, reconnectStrategy: false, connectTimeout: CONNECT_MS },
    disableOfflineQueue: true,
    commandsQueueMaxLength: 100_000,
    maintNotifications: 'disabled',
    clientSideCache: undefined,
    keyPrefix: undefined,
    commandOptions: {},
    name: undefined,
  });
  const lastError = keepLastError(client);
  const connection = Connection.of(
    (command) => client.sendCommand([...command]),
    () => void client.destroy(),
  );
  return { connection, connected: () => client.connect(), lastError };
}

function viaIoredis(prototype: IoredisClient): Opening {
  const client = prototype.duplicate({
    lazyConnect: true,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    reconnectOnError: null,
    connectTimeout: CONNECT_MS,
    // It waits for the end of a connection that has ended already.
    disconnectTimeout: 100,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableAutoPipelining: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    keyPrefix: '',
    stringNumbers: false,
  });
  const lastError = keepLastError(client);
  const connection = Connection.of(
    ([command = '', ...args]) => client.call(command, ...args),
    () => client.disconnect(),
  );
  return { connection, connected: () => client.connect(), lastError };
}

/** An emitter without a listener throws. */
function keepLastError(client: Prototype): () => unknown {
  let last: unknown;
  client.on('error', (error) => (last = error));
  return () => last;
}

function timedOut(): Error {
  return new RevocationLogError('no answer in time');
}
