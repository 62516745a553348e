import { withDeadline } from './deadline.js';
import { type DenyList, hasLongEnded } from './deny-list.js';
import { LogMerge } from './log-merge.js';
import {
  decodeRecord,
  encodeRecord,
  newUid,
  type LogRecord,
  type RevokeRecord,
  type UndoRecord,
} from './log-record.js';
import { RestoringTurns } from './restoring-turns.js';
import { type RevocationLog, RevocationLogError, type RevocationLogPage } from './revocation-log.js';

/** How long a log may take to give one page or take one entry, in milliseconds. */
const LOG_TIMEOUT_MS = 5000;
/**
 * How long the other replicas may take to notice that the log has lost something and to begin to put it back, in
 * milliseconds: a poll, a connection and an append.
 */
const SETTLE_MS = 1000;
/** A replica that found the log unsettled says within this time that it is whole, in milliseconds; at random, so that one of many does. */
const SAY_WHOLE_WITHIN_MS = 3000;
/** Entries that are appended at the same time. */
const APPENDED_TOGETHER = 500;
/** Entries of its own that a replica puts back without asking for its turn. */
const FEW = 100;
/** Entries that each poll looks at for having ended. */
const PRUNED_PER_POLL = 1000;
/** A wall clock that falls behind by more was wrong before, and may have dropped entries too early; in milliseconds. */
const CLOCK_STEP_MS = 3_600_000;

/** Follows a log: reads what is new into the deny list, and puts back what the log has lost. */
export class LogReader {
  private readonly merge: LogMerge;
  private readonly uid = newUid();
  private readonly turns = new RestoringTurns(this.uid);
  private cursor: string | undefined;
  private life: string | undefined;
  private isRead = false;
  /** Since when this life of the log is watched; undefined: it is known to be the whole list. */
  private unsettledSince: number | undefined;
  private sayWholeAt: number | undefined;
  private clockOffset = -Infinity;
  private malformed = 0;

  constructor(
    private readonly log: RevocationLog,
    private readonly list: DenyList,
    private readonly warn: (message: string) => void,
  ) {
    this.merge = new LogMerge(list);
    this.startOver();
  }

  /**
   * Reads to the end of the log and puts back what it lacks.
   *
   * @returns the monotonic time as of which the list is complete; undefined while others may be putting back what is
   * missing from it
   */
  async poll(): Promise<number | undefined> {
    this.watchWallClock();
    let readAt = await this.readToEnd();
    if (await this.putBack()) readAt = await this.readToEnd();
    this.list.prune(Date.now(), PRUNED_PER_POLL);
    return (await this.isSettled()) ? readAt : undefined;
  }

  /** Whether the log lacks something that is known here. */
  get isRestoring(): boolean {
    return this.merge.isComparing;
  }

  /** Appends a record; it counts here as soon as the log has acknowledged it. */
  async append(record: RevokeRecord | UndoRecord): Promise<void> {
    await this.write(record);
    this.merge.acknowledge(record);
  }

  /** @returns when the last page was asked for */
  private async readToEnd(): Promise<number> {
    for (;;) {
      const askedAt = performance.now();
      this.merge.beginRead();
      const page = await withDeadline(this.log.read(this.cursor), LOG_TIMEOUT_MS, timedOut);
      this.take(page, askedAt);
      this.cursor = page.cursor;
      if (!page.more) return askedAt;
    }
  }

  private take(page: RevocationLogPage, askedAt: number): void {
    if (page.rewritten) this.startOver();
    if (!this.isRead || page.rewritten || page.life !== this.life) this.unsettledSince = askedAt;
    this.isRead = true;
    this.life = page.life;
    if (page.entries.length > 0) this.turns.noteEntries(askedAt);
    const now = Date.now();
    for (const entry of page.entries) {
      const record = decodeRecord(entry);
      if (record === undefined) this.reportMalformed();
      else if ('whole' in record) this.heardWhole(record.whole);
      else if ('restoring' in record || 'restored' in record) this.turns.take(record, askedAt);
      // Kept out, or a log that was never compacted would bring back what has ended.
      else if (!hasLongEnded(record.until, now)) this.merge.take(record);
    }
  }

  private startOver(): void {
    this.merge.startOver();
    this.turns.startOver();
  }

  /** @returns whether the log is to be read again, since something was appended */
  private async putBack(): Promise<boolean> {
    let lost = this.merge.lost(Date.now());
    if (lost.length === 0) return false;
    // A few of its own that nobody else has read can be nobody else's to put back.
    if (this.merge.isComparing || lost.length > FEW) {
      if (!(await this.hasTurn(lost.length))) return false;
      lost = this.merge.lost(Date.now());
      if (lost.length > 0) this.warn(`The store of revocations has lost entries; putting back ${lost.length}`);
    }
    for (let i = 0; i < lost.length; i += APPENDED_TOGETHER)
      await Promise.all(lost.slice(i, i + APPENDED_TOGETHER).map((record) => this.append(record)));
    await this.write({ restored: this.uid });
    return true;
  }

  private async hasTurn(missing: number): Promise<boolean> {
    if (this.turns.next(performance.now(), missing) === 'ask') {
      await this.write({ restoring: this.uid });
      await this.readToEnd();
    }
    return this.turns.next(performance.now(), missing) === 'restore';
  }

  /** Whether the list is complete: the log says so of this life of its server, or nobody has put anything back for a while. */
  private async isSettled(): Promise<boolean> {
    const now = performance.now();
    if (this.unsettledSince !== undefined) {
      const quiet = Math.min(now - this.unsettledSince, this.turns.quietFor(now));
      if (this.merge.isComparing || quiet < SETTLE_MS) return false;
      this.unsettledSince = undefined;
      this.sayWholeAt = now + Math.random() * SAY_WHOLE_WITHIN_MS;
    }
    if (this.sayWholeAt !== undefined && now >= this.sayWholeAt) {
      this.sayWholeAt = undefined;
      // For replicas that start later. If it fails, they wait as this one did.
      await this.write({ whole: this.life ?? '' }).catch(() => {});
    }
    return true;
  }

  private heardWhole(life: string): void {
    if (life !== (this.life ?? '')) return;
    this.unsettledSince = undefined;
    this.sayWholeAt = undefined;
  }

  /** A clock that was far ahead has dropped entries that it now wants back; the log still has them. */
  private watchWallClock(): void {
    const offset = Date.now() - performance.now();
    if (offset < this.clockOffset - CLOCK_STEP_MS) {
      this.cursor = undefined;
      this.startOver();
      this.clockOffset = offset;
    }
    this.clockOffset = Math.max(this.clockOffset, offset);
  }

  private async write(record: LogRecord): Promise<void> {
    await withDeadline(this.log.append(encodeRecord(record)), LOG_TIMEOUT_MS, timedOut);
  }

  private reportMalformed(): void {
    if (this.malformed++ === 0)
      this.warn(
        'The store of revocations holds an entry that this version cannot read; it is skipped, as are others like it',
      );
  }
}

function timedOut(): Error {
  return new RevocationLogError('no answer in time');
}
