import { clock } from './clock.js';
import { isPlatformError, isTemporary } from './scaleway-platform-error.js';

/** How often to retry, and how long to wait. */
export interface RetryPolicy {
  readonly retries: number;
  readonly maxRetryAfterSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_SECONDS = 0.25;
const LONGEST_PAUSE_SECONDS = 2;

/**
 * Retries after temporary errors. `attempt` must be idempotent; its argument is the number of the attempt, from 0.
 */
export async function withRetries<T>(attempt: (index: number) => Promise<T>, policy: RetryPolicy): Promise<T> {
  for (let index = 0; ; index += 1) {
    try {
      return await attempt(index);
    } catch (error) {
      const pause = index < policy.retries ? pauseBefore(error, index, policy.maxRetryAfterSeconds) : undefined;
      if (pause === undefined) throw error;
      await wait(pause, policy.signal);
    }
  }
}

/** Seconds to wait, or undefined if another attempt would fail too or would have to wait for too long. */
function pauseBefore(error: unknown, index: number, maxRetryAfter: number): number | undefined {
  if (!isPlatformError(error) || !isTemporary(error)) return undefined;
  const asked = error.details.retryAfterSeconds ?? 0;
  if (asked > maxRetryAfter) return undefined;
  // Random, and added to the requested pause, so that callers that failed together do not retry together.
  return spread(asked) + Math.random() * Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** index);
}

/** Extends a requested pause randomly by up to a quarter, because a server requests the same pause from all its clients. */
export function spread(pause: number): number {
  return pause * (1 + Math.random() / 4);
}

async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(seconds * 1000, { signal });
  } catch (error) {
    // The reason of the caller's signal, not the timer's AbortError.
    signal?.throwIfAborted();
    throw error;
  }
}
