import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { clock } from '../../../../lib/platform/client/clock.js';

/** Stands in for the clocks that tokens and pauses are planned by; requests and their time-outs keep the real time. */
export class FakeClock {
  /** The pauses that were begun, in milliseconds. They move no clock. */
  readonly pauses: number[] = [];
  /** How many times as quick a pause is. */
  pace = 4;
  wall = Date.now();
  steady = 1000;

  /** `jest.restoreAllMocks()` takes it out again. */
  install(): void {
    jest.spyOn(clock, 'wall').mockImplementation(() => this.wall);
    jest.spyOn(clock, 'steady').mockImplementation(() => this.steady);
    jest.spyOn(clock, 'sleep').mockImplementation((milliseconds, options) => {
      this.pauses.push(milliseconds);
      return sleep(milliseconds / this.pace, undefined, options);
    });
  }

  advance(seconds: number): void {
    this.set(seconds);
    this.steady += seconds * 1000;
  }

  /** Somebody sets the machine's clock, or a suspended machine wakes up. */
  set(seconds: number): void {
    this.wall += seconds * 1000;
  }
}
