import { clock } from './clock.js';
import { isPlatformError, isTemporary } from './scaleway-platform-error.js';

/** How often, and how patiently. */
export interface RetryPolicy {
  readonly retries: number;
  readonly maxRetryAfterSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_SECONDS = 0.25;
const LONGEST_PAUSE_SECONDS = 2;

/**
 * Tries again what can succeed the second time. The caller vouches that `attempt` is idempotent; it learns which attempt
 * it is, from 0.
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

/** Seconds to wait, or undefined when another attempt would end alike or has to wait for too long. */
function pauseBefore(error: unknown, index: number, maxRetryAfter: number): number | undefined {
  if (!isPlatformError(error) || !isTemporary(error)) return undefined;
  const asked = error.details.retryAfterSeconds ?? 0;
  if (asked > maxRetryAfter) return undefined;
  // Random over the whole span, and on top of what was asked for: callers that failed together do not come back together.
  return spread(asked) + Math.random() * Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** index);
}

/** A pause that a server asked for, made up to a quarter longer at random: it asks all its clients for the same one. */
export function spread(pause: number): number {
  return pause * (1 + Math.random() / 4);
}

async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(seconds * 1000, { signal });
  } catch (error) {
    // The caller's own reason, not the timer's AbortError.
    signal?.throwIfAborted();
    throw error;
  }
}
