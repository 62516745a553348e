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

/** 2000 tokens at Scaleway's usual 20 a page: past that, an endless list is likelier than a long one. */
const MAX_PAGES = 100;

interface Call {
  readonly method: ApiRequest['method'];
  readonly product: ScalewayProduct;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * Asks Scaleway for the tokens that open private Serverless Containers and Functions.
 *
 * Needs an API key's secret alone, found as Scaleway's own tools find it: the option, else `SCW_SECRET_KEY`, else the
 * configuration file that `scw init` writes (which takes the package `yaml`). They are looked
 * up at the first call and then kept. The secret is held where neither `util.inspect` nor `JSON.stringify` sees it.
 *
 * Each attempt is bounded by `timeoutSeconds`. GET and DELETE calls, idempotent by RFC 9110 section 9.2.2, are repeated
 * up to `retries` times after 429, 5xx, a time-out or a broken connection; `createToken` never is. Issuing a JWT is such
 * a GET: when its reply is lost, the repetition leaves one more token that nobody holds.
 * Redirects are not followed, certificates always checked, replies read up to 1 MiB.
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

  /** @throws {ScalewayPlatformError} `configuration` when an option is malformed */
  constructor(options?: ScalewayTokenClientOptions);
  /** @internal For the command line, whose messages name its own flags. */
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
   * A new JWT for a container, a function, or everything in a namespace, over `GET .../issue-jwt`.
   *
   * @throws {ScalewayPlatformError} `invalid_argument` before any request: not exactly one id, or an `expiresAt` that is
   * malformed or past. `endpoint_gone` when the API answers as if `issue-jwt` did not exist. Else by what Scaleway or the
   * network answered.
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
   * A new token over the tokens API (`POST .../tokens`), which has a record that can be listed and deleted. The reply is
   * the only one that holds the token. Never repeated: after a time-out or a broken connection the token may exist, and
   * `listTokens` shows it.
   *
   * @throws {ScalewayPlatformError} `invalid_argument` before any request, as `issueJwt`; else by what was answered
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
   * Every token of a target, or (without one) of the product, oldest first: all pages, up to 100 of them.
   *
   * @throws {ScalewayPlatformError} by what Scaleway or the network answered
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
          `The list of tokens does not end after ${MAX_PAGES} pages: ask for those of one container or function.`,
        );
      }
    }
  }

  /**
   * What is known of one token; not the token itself, which Scaleway hides after its creation.
   *
   * @throws {ScalewayPlatformError} `not_found` when there is none, or it was deleted; else by what was answered
   *
   * @example
   * const { status } = await client.getToken(id);
   */
  async getToken(id: string, options: TokenCallOptions = {}): Promise<ScalewayTokenRecord> {
    return readTokenRecord(await this.#call(this.#tokenCall('GET', id, options), options));
  }

  /**
   * Deletes a token, which revokes it at Scaleway's platform. A container that checks tokens with the public key alone
   * cannot know of it, and accepts the token until it expires, unless it is on the container's deny list.
   *
   * @throws {ScalewayPlatformError} `not_found` when there is none (not when a repetition finds the work of a lost reply
   * done); else by what was answered
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
    const retries = call.method === 'POST' ? 0 : checkRetries(options.retries ?? this.#retries);
    const { apiUrl, secretKey, region } = await this.#locate(options);
    const { method, product, path, body } = call;
    const url = new URL(`${apiUrl}/${product}/v1beta1/regions/${region}/${path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);

    const attempt = async (index: number): Promise<ApiReply> => {
      const [timeoutSeconds, names] = [this.#timeoutSeconds, this.#names];
      const reply = await exchange({ method, url, body, secretKey, timeoutSeconds, signal, names });
      if (reply.status >= 200 && reply.status <= 299) return reply;
      const error = readApiError(reply, { product, path, region, secretKey, names });
      if (method === 'DELETE' && index > 0 && error.reason === 'not_found') return reply;
      throw error;
    };
    return withRetries(attempt, { retries, maxRetryAfterSeconds: this.#maxRetryAfterSeconds, signal });
  }

  async #locate({ region: asked }: ScalewayCallOptions): Promise<Credentials & { region: string }> {
    if (asked !== undefined) checkRegion(asked, this.#names.region);
    let found = this.#credentials;
    // A call with a region of its own may have stopped the search before the file.
    if (found === undefined || (found.region ?? asked) === undefined) {
      found = await findCredentials(this.#options, asked === undefined, this.#names);
      this.#credentials = found;
    }
    const region = asked ?? found.region;
    if (region !== undefined) return { ...found, region };
    throw new ScalewayPlatformError(
      'configuration',
      `No Scaleway region (fr-par, nl-ams or pl-waw): give ${this.#names.region}, or set SCW_DEFAULT_REGION, or run \`scw init\`.`,
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
  throw new ScalewayPlatformError('configuration', `Option ${name} must be a number from ${least} to ${most}.`);
}
