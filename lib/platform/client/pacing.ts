import { clock } from './clock.js';
import { spread } from './retry.js';
import { askedPauseMs, isPlatformError, ScalewayPlatformError } from './scaleway-platform-error.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;
/** The longest `Retry-After` that is obeyed: a proxy that asks for a year must not silence a process until its restart. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Spaces the attempts to get a token: after a failure none is made before `Retry-After`, or a pause that doubles from a
 * second to a minute, is over. Both are random in part, so that processes that failed together do not come back together.
 */
export class Pacing {
  #failures = 0;
  #error: unknown;
  /** On the steady clock: setting the machine's clock neither ends a pause nor prolongs it. */
  #nextAttemptAt = Number.NEGATIVE_INFINITY;

  /** How many attempts have failed since the last that succeeded. */
  get failures(): number {
    return this.#failures;
  }

  get isPaused(): boolean {
    return clock.steady() < this.#nextAttemptAt;
  }

  /** @throws the error of the last attempt while it is too early for another one */
  throwIfPaused(): void {
    if (this.isPaused) throw this.#error;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#error = undefined;
  }

  /** Starts a pause; returns the error with the time at which it ends. */
  failed(error: unknown): unknown {
    if (!sentRequest(error)) return error;
    const pause = pauseAfter(error, this.#failures);
    this.#failures += 1;
    this.#nextAttemptAt = clock.steady() + pause;
    this.#error = withRetryAt(error, new Date(clock.wall() + pause));
    return this.#error;
  }
}

/** What is wrong before any request costs Scaleway nothing, and may be put right at any time. */
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
