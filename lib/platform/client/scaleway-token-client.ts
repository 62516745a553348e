import { checkRegion } from './api-url.js';
import { checkOptions, findCredentials, type Credentials } from './configuration.js';
import { ScalewayNotFoundError, ScalewayPlatformConfigurationError, ScalewayUnexpectedReplyError } from './errors.js';
import { checkExpiresAt } from './expires-at.js';
import { exchange, type ApiReply, type ApiRequest } from './http-exchange.js';
import { readIssuedToken, type ScalewayIssuedToken } from './issued-token.js';
import { refusal } from './refusal.js';
import { withRetries } from './retry.js';
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
 * configuration file that `scw init` writes (which takes the package `@scaleway/configuration-loader`). They are looked
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
  readonly #timeoutSeconds: number;
  readonly #retries: number;
  readonly #maxRetryAfterSeconds: number;
  #credentials: Credentials | undefined;

  /** @throws {ScalewayPlatformConfigurationError} when an option is malformed. */
  constructor(options: ScalewayTokenClientOptions = {}) {
    checkOptions(options);
    this.#options = { ...options };
    this.#timeoutSeconds = within(options.timeoutSeconds ?? 10, 'timeoutSeconds', 0.001, 300);
    this.#retries = Math.trunc(within(options.retries ?? 2, 'retries', 0, 10));
    this.#maxRetryAfterSeconds = within(options.maxRetryAfterSeconds ?? 10, 'maxRetryAfterSeconds', 0, 300);
  }

  /**
   * A new JWT for a container, a function, or everything in a namespace, over `GET .../issue-jwt`.
   *
   * @throws {ScalewayInvalidArgumentError} before any request: not exactly one id, or an `expiresAt` that is malformed or past
   * @throws {ScalewayPlatformError} one of its subclasses, by what Scaleway or the network answered
   *
   * @example
   * const { token, expiresAt } = await client.issueJwt({ namespaceId }, { expiresAt: '2030-01-31T18:00:00+02:00' });
   */
  async issueJwt(target: ScalewayTarget, options: IssueJwtOptions = {}): Promise<ScalewayIssuedToken> {
    const { product, parameter, id } = checkTarget(target);
    const query = { [parameter]: id, ...expiry(options) };
    const { reply, host } = await this.#call({ method: 'GET', product, path: 'issue-jwt', query }, options);
    return readIssuedToken(reply.json, host);
  }

  /**
   * A new token over the tokens API, which can be listed and deleted. The reply is the only one that holds the token.
   * Never repeated: after a time-out or a broken connection the token may exist, and `listTokens` shows it.
   *
   * @throws {ScalewayInvalidArgumentError} before any request, as `issueJwt`
   * @throws {ScalewayPlatformError} one of its subclasses
   *
   * @example
   * const { id, token } = await client.createToken({ containerId }, { description: 'nightly report' });
   */
  async createToken(target: ScalewayTarget, options: CreateTokenOptions = {}): Promise<ScalewayCreatedToken> {
    const { product, parameter, id } = checkTarget(target);
    const { description } = options;
    const body = { [parameter]: id, ...(description !== undefined && { description }), ...expiry(options) };
    const { reply, host } = await this.#call({ method: 'POST', product, path: 'tokens', body }, options);
    const { token, publicKey } = readIssuedToken(reply.json, host);
    return { ...readTokenRecord(reply.json, host), token, publicKey };
  }

  /**
   * Every token of a target, or (without one) of the product, oldest first: all pages, up to 100 of them.
   *
   * @throws {ScalewayPlatformError} one of its subclasses
   *
   * @example
   * const tokens = await client.listTokens({ containerId });
   */
  async listTokens(target?: ScalewayTarget, options: TokenCallOptions = {}): Promise<ScalewayTokenRecord[]> {
    const filter: ApiTarget | undefined = target && checkTarget(target);
    const product = filter?.product ?? options.product ?? 'containers';
    const found = new Map<string, ScalewayTokenRecord>();
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const query = {
        page: String(page),
        order_by: 'created_at_asc',
        ...(filter && { [filter.parameter]: filter.id }),
      };
      const { reply, host } = await this.#call({ method: 'GET', product, path: 'tokens', query }, options);
      const { records, total } = readTokenPage(reply.json, reply.headers, host);
      const before = found.size;
      for (const token of records) found.set(token.id, token);
      if (found.size === before || (total !== undefined && found.size >= total)) return [...found.values()];
    }
    throw new ScalewayUnexpectedReplyError(
      `The list of tokens does not end after ${MAX_PAGES} pages: ask for those of one container or function.`,
      200,
    );
  }

  /**
   * What is known of one token; not the token itself, which Scaleway hides after its creation.
   *
   * @throws {ScalewayNotFoundError} when there is none, or it was deleted
   * @throws {ScalewayPlatformError} one of its other subclasses
   *
   * @example
   * const { status } = await client.getToken(id);
   */
  async getToken(id: string, options: TokenCallOptions = {}): Promise<ScalewayTokenRecord> {
    const path = `tokens/${encodeURIComponent(checkId(id, 'token id'))}`;
    const { reply, host } = await this.#call(
      { method: 'GET', product: options.product ?? 'containers', path },
      options,
    );
    return readTokenRecord(reply.json, host);
  }

  /**
   * Deletes a token. A container that checks tokens with the public key alone cannot know of it, and goes on accepting
   * the token until it expires.
   *
   * @throws {ScalewayNotFoundError} when there is none (not when a repetition finds the work of a lost reply done)
   * @throws {ScalewayPlatformError} one of its other subclasses
   *
   * @example
   * await client.deleteToken(id);
   */
  async deleteToken(id: string, options: TokenCallOptions = {}): Promise<void> {
    const path = `tokens/${encodeURIComponent(checkId(id, 'token id'))}`;
    await this.#call({ method: 'DELETE', product: options.product ?? 'containers', path }, options);
  }

  async #call(call: Call, options: ScalewayCallOptions): Promise<{ reply: ApiReply; host: string }> {
    options.signal?.throwIfAborted();
    const { apiUrl, secretKey, region } = await this.#locate(options);
    const url = new URL(`${apiUrl}/${call.product}/v1beta1/regions/${region}/${call.path}`);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);

    const attempt = async (index: number): Promise<ApiReply> => {
      const { method, body } = call;
      const timeoutSeconds = this.#timeoutSeconds;
      const reply = await exchange({ method, url, body, secretKey, timeoutSeconds, signal: options.signal });
      if (reply.status >= 200 && reply.status <= 299) return reply;
      const error = refusal(reply, secretKey, region);
      if (method === 'DELETE' && index > 0 && error instanceof ScalewayNotFoundError) return reply;
      throw error;
    };
    const retries = call.method === 'POST' ? 0 : this.#retries;
    const policy = { retries, maxRetryAfterSeconds: this.#maxRetryAfterSeconds, signal: options.signal };
    return { reply: await withRetries(attempt, policy), host: url.host };
  }

  async #locate({ region: asked }: ScalewayCallOptions): Promise<Credentials & { region: string }> {
    if (asked !== undefined) checkRegion(asked, 'option region');
    let found = this.#credentials;
    // A call with a region of its own may have stopped the search before the file.
    if (found === undefined || (found.region ?? asked) === undefined) {
      found = await findCredentials(this.#options, asked === undefined);
      this.#credentials = found;
    }
    const region = asked ?? found.region;
    if (region !== undefined) return { ...found, region };
    throw new ScalewayPlatformConfigurationError(
      'No Scaleway region: set SCW_DEFAULT_REGION (fr-par, nl-ams or pl-waw), or pass region, or run `scw init`.',
    );
  }
}

function expiry({ expiresAt }: IssueJwtOptions): { expires_at?: string } {
  return expiresAt === undefined ? {} : { expires_at: checkExpiresAt(expiresAt, Date.now()) };
}

function within(value: number, name: string, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ScalewayPlatformConfigurationError(`Option ${name} must be a number from ${least} to ${most}.`);
}
