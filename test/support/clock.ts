import { jest } from '@jest/globals';

/** Runs something at a later time, for all of this process that asks `Date.now()`: nobody has to wait for it. */
export async function later<T>(milliseconds: number, run: () => Promise<T>): Promise<T> {
  const { now } = Date;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + milliseconds);
  try {
    return await run();
  } finally {
    clock.mockRestore();
  }
}
