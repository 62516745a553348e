import { jest } from '@jest/globals';

/** The clocks and timers of a file stand still, so that nobody waits for the seconds that replicas wait for each other. */
export function useFakeTime(): void {
  beforeAll(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterAll(() => void jest.useRealTimers());
}

/** Lets time pass. */
export const sleep = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

/** Lets time pass until something is done. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const watched = work.finally(() => done.abort());
  watched.catch(() => {});
  while (!done.signal.aborted) await sleep(10);
  return work;
}
