import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The clocks of this folder, in one object so that tests can replace them.
 *
 * `wall` is milliseconds since 1970 and jumps when the machine's clock is set. `steady` only grows, but may stand still
 * while the machine is suspended.
 */
export const clock = {
  wall: (): number => Date.now(),
  steady: (): number => performance.now(),
  /** Rejects when the signal aborts. */
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

/** Milliseconds since a moment: the longer of the two readings, so that neither a clock set back nor a suspended machine shortens it. */
export function elapsedSince({ wall, steady }: Moment): number {
  return Math.max(clock.wall() - wall, clock.steady() - steady);
}
