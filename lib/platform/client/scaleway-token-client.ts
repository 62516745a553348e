import { allowManyWaiters } from './allow-many-waiters.js';
import { checkRegion } from './api-url.js';
import { clock } from './clock.js';
import { checkOptions, findCredentials, type Credentials } from './configuration.js';
import { checkExpiresAt } from './expires-at.js';
import { exchange, unexpectedReply, type ApiReply, type ApiRequest } from './http-exchange.js';
import { readIssuedToken, type ScalewayIssuedToken } from './issued-token.js';
import { CLASS_OPTIONS, type OptionNames } from './option-names.js';
import { readApiError } from './read-api-error.js';
import { withRetries } from './retry.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';
import type {
  CreateTokenOptions,
  IssueJwtOptions,
  ScalewayCallOptions,
  ScalewayCreatedToken,
  ScalewayTokenClientOptions,
  TokenCallOptions,
} from './scaleway-token-client.options.js';
import { checkId, checkTarget, type ApiTarget, type ScalewayProduct, type ScalewayTarget } from './target.js';
import { readTokenPage, readTokenRecord, type ScalewayTokenRecord } from './token-record.js';

/** 2000 tokens at Scaleway's usual 20 a page. A longer list is more likely to be endless. */
const MAX_PAGES = 100;

interface Call {
  readonly method: ApiRequest['method'];
  readonly product: ScalewayProduct;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * A client for Scaleway's APIs that issue tokens for private Serverless Containers and Functions.
 *
 * It only needs the secret of an API key, which it finds like Scaleway's own tools: the option, or `SCW_SECRET_KEY`, or the
 * configuration file of `scw init` (which requires the package `yaml`). It reads them at the first call. `util.inspect` and
 * `JSON.stringify` do not show the secret.
 *
 * Each attempt takes at most `timeoutSeconds`. GET and DELETE calls, which are idempotent (RFC 9110 section 9.2.2), are
 * retried up to `retries` times after 429, 5xx, a timeout or a broken connection. `createToken` is never retried. `issueJwt`
 * is a GET: if a reply is lost, the retry leaves an unused token behind.
 *
 * The client does not follow redirects, always checks certificates, and reads at most 1 MiB of a reply.
 *
 * @example
 * const client = new ScalewayTokenClient({ region: 'fr-par' }); // the key from SCW_SECRET_KEY
 * const { token } = await client.issueJwt({ containerId }, { expiresAt: new Date(Date.now() + 3_600_000) });
 * await fetch(containerUrl, { headers: { 'X-Auth-Token': token } });
 *
 * @publicApi
 */
export class ScalewayTokenClient {
  readonly #options: ScalewayTokenClientOptions;
  readonly #names: OptionNames;
  readonly #timeoutSeconds: number;
  readonly #retries: number;
  readonly #maxRetryAfterSeconds: number;
  #credentials: Credentials | undefined;

  /** @throws {ScalewayPlatformError} `configuration` if an option is invalid */
  constructor(options?: ScalewayTokenClientOptions);
  /** @internal For the command line, whose messages name its flags. */
  constructor(options: ScalewayTokenClientOptions, names: OptionNames);
  constructor(options: ScalewayTokenClientOptions = {}, names: OptionNames = CLASS_OPTIONS) {
    checkOptions(options, names);
    this.#options = { ...options };
    this.#names = names;
    this.#timeoutSeconds = within(options.timeoutSeconds ?? 10, 'timeoutSeconds', 0.001, 300);
    this.#retries = checkRetries(options.retries ?? 2);
    this.#maxRetryAfterSeconds = within(options.maxRetryAfterSeconds ?? 10, 'maxRetryAfterSeconds', 0, 300);
  }

  /**
   * Issues a JWT for a container, a function, or everything in a namespace, with `GET .../issue-jwt`.
   *
   * @throws {ScalewayPlatformError} `invalid_argument`, before any request, if there is not exactly one id, or if `expiresAt`
   * is malformed or in the past. `endpoint_gone` if the API responds as if `issue-jwt` did not exist. Other reasons depend on
   * the reply or the network.
   *
   * @example
   * const { token, expiresAt } = await client.issueJwt({ namespaceId }, { expiresAt: '2030-01-31T18:00:00+02:00' });
   */
  async issueJwt(target: ScalewayTarget, options: IssueJwtOptions = {}): Promise<ScalewayIssuedToken> {
    const { product, parameter, id } = checkTarget(target);
    const query = { [parameter]: id, ...this.#expiry(options) };
    return readIssuedToken(await this.#call({ method: 'GET', product, path: 'issue-jwt', query }, options));
  }

  /**
   * Creates a token with the tokens API (`POST .../tokens`). Scaleway keeps a record of it, which you can list and delete.
   * Only this reply contains the token itself.
   *
   * The call is never retried. After a timeout or a broken connection, the token may exist; `listTokens` shows it.
   *
   * @throws {ScalewayPlatformError} `invalid_argument`, before any request, as `issueJwt`; other reasons depend on the reply
   *
   * @example
   * const { id, token } = await client.createToken({ containerId }, { description: 'nightly report' });
   */
  async createToken(target: ScalewayTarget, options: CreateTokenOptions = {}): Promise<ScalewayCreatedToken> {
    const { product, parameter, id } = checkTarget(target);
    const { description } = options;
    const body = { [parameter]: id, ...(description !== undefined && { description }), ...this.#expiry(options) };
    const reply = await this.#call({ method: 'POST', product, path: 'tokens', body }, options);
    const { token, publicKey, issuedAt } = readIssuedToken(reply);
    return { ...readTokenRecord(reply), token, publicKey, issuedAt };
  }

  /**
   * Lists the tokens of a target, or without a target those of the product, oldest first. Reads all pages, up to 100.
   *
   * @throws {ScalewayPlatformError} depending on the reply or the network
   *
   * @example
   * const tokens = await client.listTokens({ containerId });
   */
  async listTokens(target?: ScalewayTarget, options: TokenCallOptions = {}): Promise<ScalewayTokenRecord[]> {
    const filter: ApiTarget | undefined = target && checkTarget(target);
    const product = filter?.product ?? options.product ?? 'containers';
    const found = new Map<string, ScalewayTokenRecord>();
    for (let page = 1; ; page += 1) {
      const query = {
        page: String(page),
        order_by: 'created_at_asc',
        ...(filter && { [filter.parameter]: filter.id }),
      };
      const reply = await this.#call({ method: 'GET', product, path: 'tokens', query }, options);
      const { records, total } = readTokenPage(reply);
      const before = found.size;
      for (const token of records) found.set(token.id, token);
      if (found.size === before || (total !== undefined && found.size >= total)) return [...found.values()];
      if (page === MAX_PAGES) {
        throw unexpectedReply(
          reply,
          `The list of tokens has more than ${MAX_PAGES} pages: list the tokens of one container or function.`,
        );
      }
    }
  }

  /**
   * Gets the record of a token. It does not contain the token itself, which Scaleway shows only once.
   *
   * @throws {ScalewayPlatformError} `not_found` if the token does not exist or was deleted; other reasons depend on the reply
   *
   * @example
   * const { status } = await client.getToken(id);
   */
  async getToken(id: string, options: TokenCallOptions = {}): Promise<ScalewayTokenRecord> {
    return readTokenRecord(await this.#call(this.#tokenCall('GET', id, options), options));
  }

  /**
   * Deletes a token, which revokes it at Scaleway's platform. A container does not learn of this: it accepts the token until
   * it expires, unless the token is on the container's deny list.
   *
   * @throws {ScalewayPlatformError} `not_found` if the token does not exist (but not if a retry finds that the first attempt
   * has deleted it); other reasons depend on the reply
   *
   * @example
   * await client.deleteToken(id);
   */
  async deleteToken(id: string, options: TokenCallOptions = {}): Promise<void> {
    await this.#call(this.#tokenCall('DELETE', id, options), options);
  }

  #tokenCall(method: 'GET' | 'DELETE', id: string, { product = 'containers' }: TokenCallOptions): Call {
    return { method, product, path: `tokens/${encodeURIComponent(checkId(id, 'token id'))}` };
  }

  async #call(call: Call, options: ScalewayCallOptions): Promise<ApiReply> {
    const { signal } = options;
    signal?.throwIfAborted();
    allowManyWaiters(signal);
    const retries = call.method === 'POST' ? 0 : checkRetries(options.retries ?? this.#retries);
    const { apiUrl, secretKey, region } = await this.#locate(options);
    const { method, product, path, body } = call;
    const url = new URL(`${apiUrl}/${product}/v1beta1/regions/${region}/${path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);

    const attempt = async (index: number): Promise<ApiReply> => {
      const [timeoutSeconds, names] = [this.#timeoutSeconds, this.#names];
      const reply = await exchange({ method, url, body, secretKey, timeoutSeconds, signal, names });
      if (reply.status >= 200 && reply.status <= 299) return reply;
      const error = readApiError(reply, { product, path, region, names });
      if (method === 'DELETE' && index > 0 && error.reason === 'not_found') return reply;
      throw error;
    };
    return withRetries(attempt, { retries, maxRetryAfterSeconds: this.#maxRetryAfterSeconds, signal });
  }

  async #locate({ region: asked }: ScalewayCallOptions): Promise<Credentials & { region: string }> {
    if (asked !== undefined) checkRegion(asked, this.#names.region);
    let found = this.#credentials;
    // If an earlier call named its region, the file has not been read yet.
    if (found === undefined || (found.region ?? asked) === undefined) {
      found = await findCredentials(this.#options, asked === undefined, this.#names);
      this.#credentials = found;
    }
    const region = asked ?? found.region;
    if (region !== undefined) return { ...found, region };
    throw new ScalewayPlatformError(
      'configuration',
      `No Scaleway region (fr-par, nl-ams or pl-waw): pass ${this.#names.region}, or set SCW_DEFAULT_REGION, or run \`scw init\`.`,
    );
  }

  #expiry({ expiresAt }: IssueJwtOptions): { expires_at?: string } {
    return expiresAt === undefined
      ? {}
      : { expires_at: checkExpiresAt(expiresAt, clock.wall(), this.#names.expiresAt) };
  }
}

function checkRetries(value: number): number {
  return Math.trunc(within(value, 'retries', 0, 10));
}

function within(value: number, name: string, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ScalewayPlatformError('configuration', `The option ${name} must be a number from ${least} to ${most}.`);
}
