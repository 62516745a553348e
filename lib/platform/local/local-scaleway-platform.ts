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

/** What a {@link LocalScalewayPlatform} can be told; nothing is needed. */
export interface LocalScalewayPlatformOptions {
  /** The port on 127.0.0.1; 0 takes any free one. Default: 0. */
  port?: number;
  /** The API secret key that calls must carry, a UUID. Default: a fresh one. Never give a real key of yours. */
  secretKey?: string;
  /** How long a token of the tokens API has the status `creating`, in milliseconds. Default: 1000. */
  tokenReadyAfter?: number;
}

/** What Scaleway injects into a private container, beside `PORT`. */
export interface LocalContainerEnvironment {
  SCW_PUBLIC: 'false';
  /** PKCS#1 PEM with real newlines. */
  SCW_PUBLIC_KEY: string;
  SCW_NAMESPACE_ID: string;
  SCW_APPLICATION_ID: string;
}

/** Not Scaleway's: what each container is, for `inspect`. Takes the secret key. */
export const LOCAL_CONTAINERS = '/local/containers';

/**
 * The answer of {@link LOCAL_CONTAINERS}, in the order in which they were added.
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

/** An answer that {@link LocalScalewayPlatform.failNext} gives. */
export interface LocalFailure {
  /** 400 to 599. */
  status: number;
  /** The JSON body. Default: `{}`. */
  body?: Record<string, unknown>;
  /** Further headers, such as `Retry-After`. */
  headers?: OutgoingHttpHeaders;
}

/**
 * Scaleway's issuing API on this machine, for tests and for a laptop without an account: namespaces with a key pair
 * each, containers in them with the environment that Scaleway gives a container, and, over HTTP on loopback,
 * `issue-jwt`, the tokens API and read-only lists of containers and functions for the regions fr-par, nl-ams and pl-waw. Tokens, replies
 * and errors have the shapes recorded from Scaleway; `/openapi.json` describes them to API testers. Everything is in
 * memory and gone when it stops.
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
  /** The key that API calls send as `X-Auth-Token` (`SCW_SECRET_KEY` for Scaleway's tools). */
  readonly secretKey: string;
  /** A key that exists and may do nothing: every call with it answers 403. */
  readonly unprivilegedSecretKey: string = randomUUID();
  /** The id of the one project that everything is in (`SCW_DEFAULT_PROJECT_ID` for Scaleway's tools). */
  readonly projectId: string = randomUUID();

  private readonly inventory = new Inventory();
  private readonly api: Api;
  private readonly server: ApiServer;
  private readonly failures: LocalFailure[] = [];

  /** @throws Error when `secretKey` is not a UUID, as Scaleway's keys are */
  constructor(private readonly options: LocalScalewayPlatformOptions = {}) {
    this.secretKey = options.secretKey ?? randomUUID();
    if (!isUuid(this.secretKey)) {
      throw new Error("The local platform's secret key must be a UUID; leave it out to get a fresh one.");
    }
    this.api = new Api(this.inventory, new TokenStore(options.tokenReadyAfter ?? 1000), this);
    this.server = new ApiServer((request) => this.answer(request));
  }

  /**
   * Starts the API's server. Adding namespaces and issuing tokens works without it.
   *
   * @throws Error that names the port when it is in use, and when it is already started
   */
  async start(): Promise<void> {
    await this.server.start(this.options.port ?? 0);
  }

  /** Stops the server and closes its connections; does nothing when it is not started. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /**
   * The API's base URL, such as `http://127.0.0.1:8081` (`SCW_API_URL` for Scaleway's tools).
   *
   * @throws Error when the platform is not started
   */
  get url(): string {
    const { port } = this.server;
    if (port === undefined) throw new Error('The local platform has no URL before start() and after stop().');
    return `http://${LOOPBACK}:${port}`;
  }

  /**
   * Adds a namespace with an RSA-4096 key pair, which takes a second or so to make.
   *
   * @param options.id its id; default: a fresh UUID
   * @param options.keyPair a ready pair, which saves that second
   * @throws Error when the id is empty or taken; TypeError when the pair is not an RSA one
   */
  async addNamespace(options: { id?: string; keyPair?: NamespaceKeyPair } = {}): Promise<LocalNamespace> {
    return this.inventory.addNamespace(options.id, options.keyPair ?? (await generateNamespaceKeyPair()));
  }

  /**
   * Adds a container to a namespace.
   *
   * @param options.id its id; default: a fresh UUID
   * @throws Error when the id is empty or taken, or the namespace is another platform's
   */
  addContainer(namespace: LocalNamespace, options: { id?: string } = {}): LocalContainer {
    return this.inventory.addContainer('container', namespace, options.id);
  }

  /** Adds a function to a namespace, as {@link addContainer} does a container. */
  addFunction(namespace: LocalNamespace, options: { id?: string } = {}): LocalContainer {
    return this.inventory.addContainer('function', namespace, options.id);
  }

  /** The `SCW_*` variables that Scaleway injects into this container when it is private. */
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
   * @param options.expiresAt whole seconds count; in the past: an expired token; default: it never expires
   * @throws Error when the target is another platform's; RangeError when the date is not valid
   */
  async issueToken(target: LocalTarget, options: { expiresAt?: Date } = {}): Promise<string> {
    const { token } = await this.inventory.issue(target, options.expiresAt);
    return token;
  }

  /**
   * Lets the next call of the API fail as given, whatever it is; called again, the one after it. To try how a client
   * takes what a healthy platform does not do, such as a 429 or a 503.
   *
   * @throws RangeError when the status is not from 400 to 599
   */
  failNext(failure: LocalFailure): void {
    const { status } = failure;
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError('failNext() takes a status from 400 to 599.');
    }
    this.failures.push(failure);
  }

  /**
   * Answers one call.
   *
   * @internal
   */
  protected async answer(request: ApiRequest): Promise<object> {
    // No calls of the API: they leave failures to those that are. The document needs no key.
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
   * What was added, in that order.
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
