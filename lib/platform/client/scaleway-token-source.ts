/// <reference lib="esnext.disposable" preserve="true" />
import { allowManyWaiters } from './allow-many-waiters.js';
import { clock, elapsedSince, now, type Moment } from './clock.js';
import { Pacing } from './pacing.js';
import { planRenewal, type RenewalPlan } from './renewal-plan.js';
import { createReporter, type Reporter } from './reporter.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';
import { ScalewayTokenClient } from './scaleway-token-client.js';
import type { ScalewayTokenSourceOptions } from './scaleway-token-source.options.js';
import { checkTarget } from './target.js';
import { TokenRecords } from './token-records.js';
import { unlessAborted } from './unless-aborted.js';

const MAX_LIFETIME_SECONDS = 31_536_000;

interface Held extends RenewalPlan {
  readonly token: string;
  readonly askedAt: Moment;
  /** Of the tokens API only. */
  readonly record: { readonly id: string; readonly status: string } | undefined;
}

/** A token that is being requested. A shutdown ends the wait, but not always the work: its record must be deleted. */
interface Pending {
  readonly work: Promise<Held>;
  readonly result: Promise<Held>;
}

/**
 * Keeps a valid token for one target, so that a service can call another private container.
 *
 * The first call issues the token, with one request no matter how many callers wait. After about 70 percent of the token's
 * lifetime, the next call starts a renewal in the background and still gets the old token immediately. If renewals fail, the
 * source returns the old token as long as it is valid. Without a valid token, a call waits, and rejects if the source cannot
 * get one.
 *
 * After a failure, the source waits before the next request: as long as `Retry-After` says (at most an hour), or for a pause
 * that doubles from about a second to about a minute. Until then, calls without a valid token reject with the last error,
 * whose `details.retryAt` is the time of the next attempt. No timer runs between calls.
 *
 * With `api: 'tokens'` each token has a record at Scaleway. The source deletes a record a minute after the token is replaced,
 * and when you close the source. Nest closes it when the application shuts down (`enableShutdownHooks`). Elsewhere call
 * `close()` or use `await using`.
 *
 * @example
 * // in a module
 * { provide: ScalewayTokenSource, useFactory: () => new ScalewayTokenSource({ target: { containerId }, client }) }
 * // in a service
 * constructor(private readonly billing: ScalewayTokenSource) {}
 * async invoices() {
 *   return fetch(`${billingUrl}/invoices`, { headers: await this.billing.headers() });
 * }
 *
 * @publicApi
 */
export class ScalewayTokenSource {
  readonly #options: ScalewayTokenSourceOptions;
  readonly #client: ScalewayTokenClient;
  readonly #lifetimeSeconds: number;
  readonly #report: Reporter;
  readonly #records: TokenRecords | undefined;
  readonly #pacing = new Pacing();
  readonly #shutdown = new AbortController();
  #current: Held | undefined;
  /** Created, but not in use yet, because its record is not ready. */
  #incoming: Held | undefined;
  #pending: Pending | undefined;
  #closed: Promise<void> | undefined;

  /**
   * @throws {ScalewayPlatformError} `invalid_argument` if the target does not have exactly one id, `configuration` if another
   * option is invalid
   */
  constructor(options: ScalewayTokenSourceOptions) {
    checkTarget(options.target);
    const { lifetimeSeconds = 3600, api = 'issue-jwt' } = options;
    if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 10 || lifetimeSeconds > MAX_LIFETIME_SECONDS) {
      throw new ScalewayPlatformError(
        'configuration',
        `The option lifetimeSeconds must be a whole number from 10 to ${MAX_LIFETIME_SECONDS}.`,
      );
    }
    if (api !== 'issue-jwt' && api !== 'tokens') {
      throw new ScalewayPlatformError('configuration', "The option api must be 'issue-jwt' or 'tokens'.");
    }
    this.#options = { ...options };
    this.#client = options.client ?? new ScalewayTokenClient();
    this.#lifetimeSeconds = lifetimeSeconds;
    this.#report = createReporter(options);
    if (api === 'tokens') this.#records = new TokenRecords(this.#client, options, this.#report, this.#shutdown.signal);
  }

  /**
   * Returns a token that is valid now. Call it before each request instead of storing the token.
   *
   * @param options `signal` ends this caller's wait, but not the request that others may wait for
   * @throws {ScalewayPlatformError} if there is no valid token and the source cannot get one; `closed` after `close()`
   *
   * @example
   * const token = await source.token();
   */
  async token(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<string> {
    options.signal?.throwIfAborted();
    allowManyWaiters(options.signal);
    this.#shutdown.signal.throwIfAborted();
    if (!this.#pacing.isPaused) this.#records?.deleteDue();
    const held = this.#usable();
    if (held) {
      if (elapsedSince(held.askedAt) >= held.renewAfterMs && !this.#pending && !this.#pacing.isPaused)
        this.#renew(held);
      return held.token;
    }
    if (!this.#pending) this.#pacing.throwIfPaused();
    return (await unlessAborted(this.#issue(), options.signal)).token;
  }

  /**
   * Returns the header that a private Scaleway container expects, for `fetch`.
   *
   * @param options as for `token`
   * @throws {ScalewayPlatformError} as `token`
   *
   * @example
   * const response = await fetch(url, { headers: await source.headers() });
   */
  async headers(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<{ 'X-Auth-Token': string }> {
    return { 'X-Auth-Token': await this.token(options) };
  }

  /**
   * Closes the source. Waiting and later calls reject with the reason `closed`. With `api: 'tokens'` it deletes the records of
   * its tokens, which revokes them at the platform. This takes up to five seconds. Records that could not be deleted are
   * logged. Never rejects.
   *
   * @example
   * await source.close();
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /**
   * Same as `close`, for `await using`.
   *
   * @example
   * await using source = new ScalewayTokenSource({ target: { containerId }, api: 'tokens' });
   */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Same as `close`. Nest calls this after the application has stopped serving. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  #usable(): Held | undefined {
    const usable = [this.#current, this.#incoming].find(
      (held) => held && elapsedSince(held.askedAt) < held.usableForMs,
    );
    if (usable && usable === this.#incoming) this.#use(usable);
    return usable;
  }

  #issue(): Promise<Held> {
    if (!this.#pending) {
      // In the promise, not in the function: it may fail before #pending is set.
      const work = this.#obtain().finally(() => (this.#pending = undefined));
      this.#pending = { work, result: unlessAborted(work, this.#shutdown.signal) };
    }
    return this.#pending.result;
  }

  #renew(held: Held): void {
    this.#issue().catch((error: unknown) => {
      if (this.#shutdown.signal.aborted) return;
      const left = held.usableForMs - elapsedSince(held.askedAt);
      const until = Number.isFinite(left) ? ` until ${new Date(clock.wall() + left).toISOString()}` : '';
      this.#report(`Renewing a Scaleway token failed; the old one is used${until}.`, error);
    });
  }

  async #obtain(): Promise<Held> {
    try {
      const held = await this.#ask();
      this.#incoming = held;
      // Without a token in use there is nothing to wait with.
      if (held.record && this.#usable() !== held) await this.#records?.untilReady(held.record);
      this.#shutdown.signal.throwIfAborted();
      this.#use(held);
      this.#pacing.succeeded();
      return held;
    } catch (error) {
      this.#shutdown.signal.throwIfAborted();
      if (this.#incoming) this.#retire(this.#incoming, 0);
      this.#incoming = undefined;
      throw this.#pacing.failed(error);
    }
  }

  async #ask(): Promise<Held> {
    const askedAt = now();
    const { target, region } = this.#options;
    const expiresAt = new Date(askedAt.wall + this.#lifetimeSeconds * 1000);
    // After a failure the source's own pauses are enough.
    const retries = this.#pacing.failures > 0 ? 0 : undefined;
    const { signal } = this.#shutdown;
    const created = await this.#records?.create(expiresAt);
    const issued = created ?? (await this.#client.issueJwt(target, { expiresAt, region, retries, signal }));
    const held = {
      token: issued.token,
      askedAt,
      record: created && { id: created.id, status: created.status },
      ...planRenewal(issued, askedAt.wall, this.#lifetimeSeconds, Math.random()),
    };
    if (held.usableForMs > 0) return held;
    this.#retire(held, 0);
    throw new ScalewayPlatformError(
      'unexpected_reply',
      `Scaleway issued a token that has already expired. Check this machine's clock, which says ${new Date(askedAt.wall).toISOString()}.`,
    );
  }

  #use(held: Held): void {
    this.#incoming = undefined;
    if (held === this.#current) return;
    if (this.#current) this.#retire(this.#current);
    this.#current = held;
  }

  #retire({ record, askedAt, usableForMs }: Held, graceMs?: number): void {
    if (record) this.#records?.retire(record.id, usableForMs - elapsedSince(askedAt), graceMs);
  }

  async #close(): Promise<void> {
    this.#shutdown.abort(
      new ScalewayPlatformError('closed', 'This ScalewayTokenSource is closed and issues no tokens.'),
    );
    await this.#records?.close(this.#pending?.work, () =>
      [this.#current, this.#incoming].flatMap((held) => (held?.record ? [held.record.id] : [])),
    );
    this.#current = undefined;
    this.#incoming = undefined;
  }
}
