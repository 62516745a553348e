import { setTimeout as sleep } from 'node:timers/promises';
import { ScalewayNetworkError, ScalewayRateLimitError, ScalewayServerError, ScalewayTimeoutError } from './errors.js';
import { isPassing } from './http-exchange.js';

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
  // Random over the whole span: callers that failed together do not come back together.
  const pause = Math.random() * Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** index);
  if (error instanceof ScalewayTimeoutError) return pause;
  if (error instanceof ScalewayNetworkError) return isPassing(error) ? pause : undefined;
  // 501 says that the server will never know this request.
  if (error instanceof ScalewayServerError && error.status === 501) return undefined;
  if (error instanceof ScalewayRateLimitError || error instanceof ScalewayServerError) {
    const asked = error.retryAfterSeconds ?? 0;
    return asked > maxRetryAfter ? undefined : Math.max(pause, asked);
  }
  return undefined;
}

async function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, { signal });
  } catch (error) {
    // The caller's own reason, not the timer's AbortError.
    signal?.throwIfAborted();
    throw error;
  }
}
