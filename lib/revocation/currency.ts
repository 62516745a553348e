/**
 * How old the list is: the time since the last read of the log was started. A flag that says whether the store is
 * there would still be set when a process wakes up that was frozen; an age is right in that very moment.
 */
export class Currency {
  private readAt = -Infinity;
  private wallTimeOfRead = -Infinity;

  constructor(private readonly maxAgeMs: number) {}

  /** @param askedAt when the read was started, by `performance.now()` */
  readAsOf(askedAt: number): void {
    this.readAt = askedAt;
    this.wallTimeOfRead = Date.now() - (performance.now() - askedAt);
  }

  get wasEverCurrent(): boolean {
    return this.readAt !== -Infinity;
  }

  /** In milliseconds; Infinity when the log was never read. */
  get ageMs(): number {
    // The monotonic clock runs while a process is stopped, but not while a whole machine is suspended; the wall clock does.
    return Math.max(performance.now() - this.readAt, Date.now() - this.wallTimeOfRead);
  }

  isCurrent(): boolean {
    return this.ageMs <= this.maxAgeMs;
  }
}
