import type { RestoredRecord, RestoringRecord } from './log-record.js';

/** A replica that has its turn, and does not shorten what is missing for this long, has gone; in milliseconds. */
const STALLED_AFTER_MS = 2000;
/** Nobody's turn is waited for any longer, in milliseconds. */
const LONGEST_TURN_MS = 10_000;

/**
 * Whose turn it is to put back what the log has lost. The log's own order decides: the first to ask puts back what it knows,
 * and the others then only what that replica did not know. Otherwise every replica would append the whole list.
 */
export class RestoringTurns {
  /** In the order of the log. */
  private readonly waiting = new Set<string>();
  private changedAt = -Infinity;
  private entriesAt = -Infinity;
  private missing = Infinity;
  private shortenedAt = -Infinity;

  constructor(private readonly own: string) {}

  /** The log is read from its beginning. */
  startOver(): void {
    this.waiting.clear();
    this.missing = Infinity;
  }

  take(record: RestoringRecord | RestoredRecord, now: number): void {
    this.changedAt = now;
    // Who still misses something asks again.
    if ('restored' in record) this.waiting.clear();
    else this.waiting.add(record.restoring);
  }

  /** Somebody appended something. */
  noteEntries(now: number): void {
    this.entriesAt = now;
  }

  /** Since when nobody has put anything back, in milliseconds; as far as a replica can tell that misses nothing itself. */
  quietFor(now: number): number {
    const isOpen = this.waiting.size > 0 && now - this.changedAt < LONGEST_TURN_MS;
    return now - (isOpen ? Math.max(this.changedAt, this.entriesAt) : this.changedAt);
  }

  /**
   * What this replica is to do about the entries that it misses.
   *
   * @param missing how many
   */
  next(now: number, missing: number): 'ask' | 'restore' | 'wait' {
    if (missing < this.missing) this.shortenedAt = now;
    this.missing = missing;
    let [first] = this.waiting;
    if (first !== undefined && first !== this.own && now - this.waitingSince > STALLED_AFTER_MS) {
      this.waiting.delete(first);
      this.changedAt = now;
      [first] = this.waiting;
    }
    return first === undefined ? 'ask' : first === this.own ? 'restore' : 'wait';
  }

  /** Others append all the time: that something was appended is no sign that it is being put back. */
  private get waitingSince(): number {
    return Math.max(this.changedAt, this.shortenedAt);
  }
}
