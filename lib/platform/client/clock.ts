import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The clocks of this folder, in one object so that tests can replace them.
 *
 * `wall` is milliseconds since 1970, and jumps when the machine's clock is set. `steady` only grows, but may stop while the
 * machine is suspended.
 */
export const clock = {
  wall: (): number => Date.now(),
  steady: (): number => performance.now(),
  /** Rejects if the signal aborts. */
  sleep: (milliseconds: number, options: { signal?: AbortSignal | undefined; ref?: boolean }): Promise<void> =>
    sleep(milliseconds, undefined, options),
};

/** A point in time on both clocks. */
export interface Moment {
  readonly wall: number;
  readonly steady: number;
}

export function now(): Moment {
  return { wall: clock.wall(), steady: clock.steady() };
}

/** Milliseconds since a moment: the longer of both readings, so that a clock set back or a suspended machine cannot shorten it. */
export function elapsedSince({ wall, steady }: Moment): number {
  return Math.max(clock.wall() - wall, clock.steady() - steady);
}
