import type { RestoredRecord, RestoringRecord } from './log-record.js';

/** A replica that has its turn and adds nothing for this long has gone, in milliseconds. */
const STALLED_AFTER_MS = 2000;

/**
 * Whose turn it is to put back what the log has lost. The log's own order decides: the first to ask puts back what it knows,
 * and the others then only what that replica did not know. Otherwise every replica would append the whole list.
 */
export class RestoringTurns {
  private readonly waiting = new Set<string>();
  private changedAt = -Infinity;

  constructor(private readonly own: string) {}

  /** The log is read from its beginning. */
  startOver(): void {
    this.waiting.clear();
  }

  take(record: RestoringRecord | RestoredRecord, now: number): void {
    this.changedAt = now;
    // Who still misses something asks again.
    if ('restored' in record) this.waiting.clear();
    else this.waiting.add(record.restoring);
  }

  /** Somebody appended something. */
  noteProgress(now: number): void {
    if (this.waiting.size > 0) this.changedAt = now;
  }

  /** Milliseconds since anybody's turn changed. */
  quietFor(now: number): number {
    return now - this.changedAt;
  }

  /** What this replica is to do about what it misses. */
  next(now: number): 'ask' | 'restore' | 'wait' {
    let [first] = this.waiting;
    if (first !== undefined && first !== this.own && this.quietFor(now) > STALLED_AFTER_MS) {
      this.waiting.delete(first);
      this.changedAt = now;
      [first] = this.waiting;
    }
    return first === undefined ? 'ask' : first === this.own ? 'restore' : 'wait';
  }
}
