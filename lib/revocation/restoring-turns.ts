import type { RestoredRecord, RestoringRecord } from './log-record.js';

/** A replica whose turn it is, and that has said nothing for this long, has gone; in milliseconds. */
const STALLED_AFTER_MS = 2000;

/**
 * Whose turn it is to put back what the log has lost. The log's own order decides: the first to ask puts back what it knows,
 * and the others then only what that replica did not know. Otherwise every replica would append the whole list.
 */
export class RestoringTurns {
  /** When each was last heard of, in the order of the log: the first has its turn, and says so again with all it appends. */
  private readonly waiting = new Map<string, number>();
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
    else this.hear(record.restoring, now);
  }

  private hear(uid: string, now: number): void {
    const others = [...this.waiting].filter(([each]) => each !== uid);
    const [first] = this.waiting.keys();
    // Who says it again goes on, and has taken over from a first that had gone. That one may come back, and must see it.
    if (this.waiting.has(uid) && first !== uid) {
      this.waiting.clear();
      this.waiting.set(uid, now);
      for (const [each, heardAt] of others) this.waiting.set(each, heardAt);
    } else this.waiting.set(uid, now);
  }

  /** Whether somebody has begun to put something back, and has not said that it is done. */
  get isOpen(): boolean {
    return this.waiting.size > 0;
  }

  /** Since when nobody has put anything back, in milliseconds. */
  quietFor(now: number): number {
    return now - this.changedAt;
  }

  /** What this replica, which misses something in the log, is to do. */
  next(now: number): 'ask' | 'restore' | 'wait' {
    let [first] = this.waiting;
    if (first !== undefined && first[0] !== this.own && now - first[1] > STALLED_AFTER_MS) {
      this.waiting.delete(first[0]);
      [first] = this.waiting;
      // It was silent because it waited.
      if (first !== undefined) this.waiting.set(first[0], now);
    }
    return first === undefined ? 'ask' : first[0] === this.own ? 'restore' : 'wait';
  }
}
