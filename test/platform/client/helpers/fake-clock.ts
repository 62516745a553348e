import { jest } from '@jest/globals';
import { clock } from '../../../../lib/platform/client/clock.js';

/** Stands in for the clocks that tokens and pauses are planned by; Node's timers and sockets keep the real time. */
export class FakeClock {
  wall = Date.now();
  steady = 1000;

  /** `jest.restoreAllMocks()` takes it out again. */
  install(): void {
    jest.spyOn(clock, 'wall').mockImplementation(() => this.wall);
    jest.spyOn(clock, 'steady').mockImplementation(() => this.steady);
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
