import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.js';
import { Api, type ApiRequest } from './api.js';
import { ApiServer } from './api-server.js';
import {
  generateNamespaceKeyPair,
  Inventory,
  type LocalContainer,
  type LocalNamespace,
  type LocalTarget,
  type NamespaceKeyPair,
} from './inventory.js';
import { asksForDocument, openApiDocument } from './openapi.js';
import { LOOPBACK } from './origin.js';
import { TokenStore } from './token-store.js';
import { isUuid } from './uuid.js';

/** Options of a {@link LocalScalewayPlatform}. All are optional. */
export interface LocalScalewayPlatformOptions {
  /** The port on 127.0.0.1; 0 for any free port. Default: 0. */
  port?: number;
  /** The secret key for API calls, a UUID. Default: a new one. Do not use a real key. */
  secretKey?: string;
  /** How long a token of the tokens API has the status `creating`, in milliseconds. Default: 1000. */
  tokenReadyAfter?: number;
}

/** The variables that Scaleway injects into a private container, except `PORT`. */
export interface LocalContainerEnvironment {
  SCW_PUBLIC: 'false';
  /** PKCS#1 PEM with real newlines. */
  SCW_PUBLIC_KEY: string;
  SCW_NAMESPACE_ID: string;
  SCW_APPLICATION_ID: string;
}

/** Each container's environment, for `inspect`. Requires the secret key. Scaleway does not have this call. */
export const LOCAL_CONTAINERS = '/local/containers';

/**
 * The response of {@link LOCAL_CONTAINERS}, in the order in which the containers were added.
 *
 * @internal
 */
export interface LocalContainersReply {
  readonly containers: readonly {
    readonly id: string;
    readonly kind: 'container' | 'function';
    readonly environment: LocalContainerEnvironment;
  }[];
}

/** A response for {@link LocalScalewayPlatform.failNext}. */
export interface LocalFailure {
  /** 400 to 599. */
  status: number;
  /** The JSON body. Default: `{}`. */
  body?: Record<string, unknown>;
  /** Additional headers, such as `Retry-After`. */
  headers?: OutgoingHttpHeaders;
}

/**
 * Scaleway's issuing API on this machine, for tests and for development without an account.
 *
 * It has namespaces, each with a key pair, and containers with the environment that Scaleway injects. Over HTTP on loopback it
 * serves `issue-jwt`, the tokens API and read-only lists of containers and functions, for the regions fr-par, nl-ams and
 * pl-waw. Tokens, replies and errors have the same form as those recorded from Scaleway. API testers can use
 * `/openapi.json`. All data is in memory, and gone when the platform stops.
 *
 * @example
 * const platform = new LocalScalewayPlatform();
 * await platform.start();
 * const namespace = await platform.addNamespace();
 * const container = platform.addContainer(namespace);
 * ScalewayAuthModule.forRoot({ environment: platform.environmentOf(container) });
 * const token = await platform.issueToken(container);
 * await platform.stop();
 */
export class LocalScalewayPlatform {
  /** The key for API calls, sent in `X-Auth-Token` (`SCW_SECRET_KEY` for Scaleway's tools). */
  readonly secretKey: string;
  /** A valid key without permissions: each call with it gets a 403. */
  readonly unprivilegedSecretKey: string = randomUUID();
  /** The id of the platform's only project (`SCW_DEFAULT_PROJECT_ID` for Scaleway's tools). */
  readonly projectId: string = randomUUID();

  private readonly inventory = new Inventory();
  private readonly api: Api;
  private readonly server: ApiServer;
  private readonly failures: LocalFailure[] = [];

  /** @throws Error if `secretKey` is not a UUID, as Scaleway's keys are */
  constructor(private readonly options: LocalScalewayPlatformOptions = {}) {
    this.secretKey = options.secretKey ?? randomUUID();
    if (!isUuid(this.secretKey)) {
      throw new Error("The local platform's secret key must be a UUID. Leave it out to get a new one.");
    }
    this.api = new Api(this.inventory, new TokenStore(options.tokenReadyAfter ?? 1000), this);
    this.server = new ApiServer((request) => this.answer(request));
  }

  /**
   * Starts the API's server. You can add namespaces and issue tokens without it.
   *
   * @throws Error if the port is in use (the message names it), or if the platform is already started
   */
  async start(): Promise<void> {
    await this.server.start(this.options.port ?? 0);
  }

  /** Stops the server and closes its connections; does nothing if it is not started. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /**
   * The API's base URL, such as `http://127.0.0.1:8081` (`SCW_API_URL` for Scaleway's tools).
   *
   * @throws Error if the platform is not started
   */
  get url(): string {
    const { port } = this.server;
    if (port === undefined) throw new Error('The local platform has no URL before start() and after stop().');
    return `http://${LOOPBACK}:${port}`;
  }

  /**
   * Adds a namespace with an RSA-4096 key pair, which takes about a second to generate.
   *
   * @param options.id its id; default: a new UUID
   * @param options.keyPair an existing pair, which saves that second
   * @throws Error if the id is empty or already used; TypeError if the pair is not an RSA key pair
   */
  async addNamespace(options: { id?: string; keyPair?: NamespaceKeyPair } = {}): Promise<LocalNamespace> {
    return this.inventory.addNamespace(options.id, options.keyPair ?? (await generateNamespaceKeyPair()));
  }

  /**
   * Adds a container to a namespace.
   *
   * @param options.id its id; default: a new UUID
   * @throws Error if the id is empty or already used, or the namespace is from another platform
   */
  addContainer(namespace: LocalNamespace, options: { id?: string } = {}): LocalContainer {
    return this.inventory.addContainer('container', namespace, options.id);
  }

  /** Adds a function to a namespace, like {@link addContainer} adds a container. */
  addFunction(namespace: LocalNamespace, options: { id?: string } = {}): LocalContainer {
    return this.inventory.addContainer('function', namespace, options.id);
  }

  /** The `SCW_*` variables that Scaleway injects into this container if it is private. */
  environmentOf(container: LocalContainer): LocalContainerEnvironment {
    return {
      SCW_PUBLIC: 'false',
      SCW_PUBLIC_KEY: container.namespace.publicKey,
      SCW_NAMESPACE_ID: container.namespace.id,
      SCW_APPLICATION_ID: container.id,
    };
  }

  /**
   * Issues a token for a namespace, a container or a function, without HTTP.
   *
   * @param options.expiresAt fractions of a second are dropped; a time in the past gives an expired token; default: never
   * @throws Error if the target is from another platform; RangeError if the date is not valid
   */
  async issueToken(target: LocalTarget, options: { expiresAt?: Date } = {}): Promise<string> {
    const { token } = await this.inventory.issue(target, options.expiresAt);
    return token;
  }

  /**
   * Makes the next API call fail with this response; if called twice, the next two. Use it to test how a client handles
   * errors such as a 429 or a 503.
   *
   * @throws RangeError if the status is not from 400 to 599
   */
  failNext(failure: LocalFailure): void {
    const { status } = failure;
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError('failNext() needs a status from 400 to 599.');
    }
    this.failures.push(failure);
  }

  /**
   * Answers one call.
   *
   * @internal
   */
  protected async answer(request: ApiRequest): Promise<object> {
    // Not API calls, so failNext() does not apply to them. The document needs no key.
    if (asksForDocument(request)) return openApiDocument(this.url);
    if (request.method === 'GET' && request.url === LOCAL_CONTAINERS) {
      this.authorize(request);
      return this.localContainers();
    }
    const failure = this.failures.shift();
    if (failure) throw new ApiError(failure.status, failure.body ?? {}, failure.headers);
    return this.api.answer(request);
  }

  /**
   * Refuses a call without the secret key.
   *
   * @internal
   */
  protected authorize({ key }: ApiRequest): void {
    this.api.authorize(key, 'local', 'read');
  }

  /**
   * All containers or functions, in the order in which they were added.
   *
   * @internal
   */
  protected containers(kind: LocalContainer['kind']): LocalContainer[] {
    return this.inventory.runnables(kind);
  }

  private localContainers(): LocalContainersReply {
    const all = [...this.containers('container'), ...this.containers('function')];
    return {
      containers: all.map((each) => ({ id: each.id, kind: each.kind, environment: this.environmentOf(each) })),
    };
  }
}
