import { ScalewayPlatformConfigurationError } from './errors.js';
import type { ScalewayIssuedToken } from './issued-token.js';
import { planRenewal, type RenewalPlan } from './renewal-plan.js';
import { reportFailure } from './report-failure.js';
import { ScalewayTokenClient } from './scaleway-token-client.js';
import type { ScalewayTokenSourceOptions } from './scaleway-token-source.options.js';
import { checkTarget } from './target.js';

interface Held extends RenewalPlan {
  readonly token: string;
}

/**
 * Keeps one valid token for one target, so that a service can call another private container.
 *
 * The token is issued on first use, with one request in flight however many callers wait for it. From about 70 percent of its
 * life on, the next call starts a renewal in the background and still gets the old token at once; while renewals fail
 * the old one is served as long as it is valid, failures are reported, and tries are spaced (1 s, then twice as long each
 * time, at most 60 s, or the pause that Scaleway asks for). Only when there is no valid token does a call wait, and
 * rejects when issuing fails; the next call then tries again. No timer runs between calls.
 *
 * Works as a Nest provider; Nest ends a request under way when the application shuts down (`enableShutdownHooks`).
 *
 * @example
 * // in a module
 * { provide: ScalewayTokenSource, useFactory: () => new ScalewayTokenSource({ target: { containerId }, client }) }
 * // in a service
 * constructor(private readonly billing: ScalewayTokenSource) {}
 * invoices() {
 *   return this.billing.headers().then((headers) => fetch(`${billingUrl}/invoices`, { headers }));
 * }
 *
 * @publicApi
 */
export class ScalewayTokenSource {
  readonly #options: ScalewayTokenSourceOptions;
  readonly #client: ScalewayTokenClient;
  readonly #lifetimeSeconds: number;
  readonly #shutdown = new AbortController();
  #held: Held | undefined;
  #pending: Promise<Held> | undefined;
  #failures = 0;
  #nextTryAt = 0;

  /**
   * @throws {ScalewayInvalidArgumentError} when the target does not have exactly one id
   * @throws {ScalewayPlatformConfigurationError} when another option is malformed
   */
  constructor(options: ScalewayTokenSourceOptions) {
    checkTarget(options.target);
    const { lifetimeSeconds = 3600 } = options;
    if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 10 || lifetimeSeconds > MAX_LIFETIME_SECONDS) {
      throw new ScalewayPlatformConfigurationError(
        `Option lifetimeSeconds must be a whole number from 10 to ${MAX_LIFETIME_SECONDS}.`,
      );
    }
    this.#options = { ...options };
    this.#client = options.client ?? new ScalewayTokenClient();
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  /**
   * A token that is valid now.
   *
   * @param options `signal` ends this caller's waiting, not the request that others may wait for
   * @throws {ScalewayPlatformError} one of its subclasses, when there is no valid token and none can be had
   *
   * @example
   * const token = await source.token();
   */
  async token(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<string> {
    options.signal?.throwIfAborted();
    const now = Date.now();
    const held = this.#held;
    if (held && now >= held.usableFrom && now < held.usableUntil) {
      if (now >= held.renewAt && now >= this.#nextTryAt && !this.#pending) this.#renew(held);
      return held.token;
    }
    return (await unlessAborted((this.#pending ??= this.#issue()), options.signal)).token;
  }

  /**
   * The header that a private Scaleway container expects, ready for `fetch`.
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

  /** Nest calls this when the application has stopped serving: ends a request under way. */
  onApplicationShutdown(): void {
    this.#shutdown.abort();
  }

  #issue(): Promise<Held> {
    const askedAt = Date.now();
    const { target, region } = this.#options;
    const expiresAt = new Date(askedAt + this.#lifetimeSeconds * 1000);
    const issued = this.#client.issueJwt(target, { expiresAt, region, signal: this.#shutdown.signal });
    return issued.then((token) => this.#hold(token, askedAt)).finally(() => (this.#pending = undefined));
  }

  #hold(issued: ScalewayIssuedToken, askedAt: number): Held {
    const held = { token: issued.token, ...planRenewal(issued, askedAt, this.#lifetimeSeconds, Math.random()) };
    this.#held = held;
    this.#failures = 0;
    this.#nextTryAt = 0;
    return held;
  }

  #renew(held: Held): void {
    this.#pending = this.#issue();
    this.#pending.catch((error: unknown) => {
      if (this.#shutdown.signal.aborted) return;
      const pause = pauseAfter(error, this.#failures);
      this.#failures += 1;
      this.#nextTryAt = Date.now() + pause;
      this.#report(error, held);
    });
  }

  #report(error: unknown, held: Held): void {
    if (this.#options.onError) {
      try {
        this.#options.onError(error);
      } catch {
        // A reporter that fails must not take the process down with an unhandled rejection.
      }
      return;
    }
    const until = Number.isFinite(held.usableUntil) ? ` until ${new Date(held.usableUntil).toISOString()}` : '';
    const why = error instanceof Error ? error.message : String(error);
    void reportFailure(`Renewing a Scaleway token failed; the old one is used${until}. ${why}`);
  }
}

const MAX_LIFETIME_SECONDS = 31_536_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

function pauseAfter(error: unknown, failures: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  const asked = (error as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds ?? 0;
  return Math.max(pause * (0.5 + Math.random() / 2), asked * 1000);
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
