import { clock } from './clock.js';
import { spread } from './retry.js';
import { askedPauseMs, isPlatformError, ScalewayPlatformError } from './scaleway-platform-error.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;
/** The longest `Retry-After` that is respected. Otherwise a proxy that asks for a year would block the process until a restart. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Delays the attempts to get a token. After a failure, the next attempt waits for `Retry-After`, or for a pause that doubles
 * from a second to a minute. Both are partly random, so that processes that failed together do not retry together.
 */
export class Pacing {
  #failures = 0;
  #error: unknown;
  /** By the steady clock, so that setting the machine's clock does not change a pause. */
  #nextAttemptAt = Number.NEGATIVE_INFINITY;

  /** How many attempts have failed since the last success. */
  get failures(): number {
    return this.#failures;
  }

  get isPaused(): boolean {
    return clock.steady() < this.#nextAttemptAt;
  }

  /** @throws the error of the last attempt, if it is too early for another one */
  throwIfPaused(): void {
    if (this.isPaused) throw this.#error;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#error = undefined;
  }

  /** Starts a pause, and returns the error with the time when it ends. */
  failed(error: unknown): unknown {
    if (!sentRequest(error)) return error;
    const pause = pauseAfter(error, this.#failures);
    this.#failures += 1;
    this.#nextAttemptAt = clock.steady() + pause;
    this.#error = withRetryAt(error, new Date(clock.wall() + pause));
    return this.#error;
  }
}

/** Errors before any request need no pause: they cost Scaleway nothing, and can be fixed at any time. */
function sentRequest(error: unknown): boolean {
  if (!isPlatformError(error)) return true;
  return (
    error.reason !== 'configuration' && (error.reason !== 'invalid_argument' || error.details.status !== undefined)
  );
}

function pauseAfter(error: unknown, failures: number): number {
  const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);
  return Math.max(backOff, spread(Math.min(askedPauseMs(error), LONGEST_RETRY_AFTER_MS)));
}

function withRetryAt(error: unknown, retryAt: Date): unknown {
  if (!isPlatformError(error)) return error;
  const message = `${error.message} No request is sent before ${retryAt.toISOString()}.`;
  return new ScalewayPlatformError(error.reason, message, { ...error.details, retryAt });
}
