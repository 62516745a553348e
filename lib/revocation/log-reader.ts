import { withDeadline } from './deadline.js';
import type { DenyList } from './deny-list.js';
import { LogMerge } from './log-merge.js';
import {
  decodeRecord,
  encodeRecord,
  newUid,
  type LogRecord,
  type RestoredRecord,
  type RestoringRecord,
  type RevokeRecord,
  type UndoRecord,
} from './log-record.js';
import { RestoringTurns } from './restoring-turns.js';
import { type RevocationLog, RevocationLogError, type RevocationLogPage } from './revocation-log.js';

/** How long a log may take to give one page or take some entries, in milliseconds. */
const LOG_TIMEOUT_MS = 5000;
/**
 * How long the other replicas may take to notice that the log has lost something and to begin to put it back, in
 * milliseconds. One whose connection is dead, or is being made, waits 2 seconds for an answer; over a network that takes 200
 * milliseconds there and back it then needs 1.4 seconds to connect, read and ask. Those that wait for a server ask it once a
 * second; that entries were removed is noticed by every fourth read.
 */
const SETTLE_MS = 4000;
/** The same where somebody has begun to put something back and fell silent: others take over, or it was stopped and goes on. */
const ABANDONED_AFTER_MS = 10_000;
/** A replica that found the log unsettled says within this time that it is whole, in milliseconds; at random, so that one of many does. */
const SAY_WHOLE_WITHIN_MS = 3000;
/** Entries that are appended at a time: fewer than a page, so that one read takes them back. */
const APPENDED_TOGETHER = 900;
/** How long a replica puts entries back before it reads again, in milliseconds. */
const LONGEST_STEP_MS = 200;
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
    private readonly log: Pick<RevocationLog, 'append' | 'read'>,
    private readonly list: DenyList,
    private readonly warn: (message: string) => void,
  ) {
    this.merge = new LogMerge(list);
    this.startOver();
  }

  /**
   * Reads to the end of the log.
   *
   * @returns as of when the log is known here, by the monotonic clock, and whether it is complete, or others may be putting
   * back what is missing from it
   */
  async read(): Promise<{ readonly readAt: number; readonly isComplete: boolean }> {
    this.watchWallClock();
    const readAt = await this.readToEnd();
    return { readAt, isComplete: this.isSettled(readAt) };
  }

  /** Puts back some of what the log lacked when it was read: no more than delays the next read by a moment. */
  async upkeep(): Promise<void> {
    await this.putBack();
    await this.sayWhole();
    this.list.prune(Date.now(), PRUNED_PER_POLL);
  }

  /** Whether somebody may be putting back what the log has lost. */
  get isRestoring(): boolean {
    return this.merge.isComparing || this.unsettledSince !== undefined;
  }

  /** Appends records; they count here as soon as the log has acknowledged them. */
  async append(records: readonly (RevokeRecord | UndoRecord)[]): Promise<void> {
    if (records.length === 0) return;
    await this.write(records, 'change');
    for (const record of records) this.merge.acknowledge(record);
  }

  /** @returns when the last page was asked for */
  private async readToEnd(): Promise<number> {
    for (;;) {
      const askedAt = performance.now();
      this.merge.beginRead();
      const page = await withDeadline(this.log.read(this.cursor), LOG_TIMEOUT_MS, timedOut);
      this.take(page);
      this.cursor = page.cursor;
      if (!page.more) return askedAt;
    }
  }

  private take(page: RevocationLogPage): void {
    if (page.rewritten) this.startOver();
    if (!this.isRead || page.rewritten || page.life !== this.life) this.unsettle();
    this.isRead = true;
    this.life = page.life;
    const now = Date.now();
    for (const entry of page.entries) {
      const record = decodeRecord(entry);
      if (record === undefined) this.reportMalformed();
      else if ('whole' in record) this.heardWhole(record.whole);
      else if ('restoring' in record || 'restored' in record) this.heardOfTurn(record);
      else this.merge.take(record, now);
    }
  }

  private startOver(): void {
    this.merge.startOver();
    this.turns.startOver();
  }

  private async putBack(): Promise<void> {
    const own = this.merge.lostUnread();
    if (own.length > 0 && own.length <= FEW) await this.restore(own);
    if (!this.merge.lacksAnything(Date.now()) || !(await this.hasTurn())) return;
    const end = performance.now() + LONGEST_STEP_MS;
    const lost = this.merge.lost(Date.now())[Symbol.iterator]();
    do {
      const batch = take(lost, APPENDED_TOGETHER);
      if (batch.length === 0) break;
      await this.restore(batch, { restoring: this.uid });
    } while (performance.now() < end);
    if (!this.merge.lacksAnything(Date.now())) await this.write([{ restored: this.uid }]);
  }

  private async restore(records: readonly (RevokeRecord | UndoRecord)[], ...before: RestoringRecord[]): Promise<void> {
    await this.write([...before, ...records]);
    for (const record of records) this.merge.acknowledge(record);
  }

  private async hasTurn(): Promise<boolean> {
    if (this.turns.next(performance.now()) === 'ask') {
      await this.write([{ restoring: this.uid }]);
      await this.readToEnd();
      if (this.turns.next(performance.now()) === 'restore')
        this.warn('The store of revocations has lost entries; putting them back');
    }
    return this.turns.next(performance.now()) === 'restore';
  }

  private unsettle(): void {
    this.unsettledSince = performance.now();
    this.sayWholeAt = undefined;
  }

  /**
   * Whether the list is complete: the log says so of this life of its server, or nobody has put anything back for a while.
   *
   * @param readAt as of when the log is known here
   */
  private isSettled(readAt: number): boolean {
    if (this.unsettledSince === undefined) return true;
    if (this.merge.isComparing && this.merge.lacksAnything(Date.now())) return false;
    const quiet = Math.min(readAt - this.unsettledSince, this.turns.quietFor(readAt));
    if (quiet < (this.turns.isOpen ? ABANDONED_AFTER_MS : SETTLE_MS)) return false;
    this.unsettledSince = undefined;
    this.sayWholeAt = performance.now() + Math.random() * SAY_WHOLE_WITHIN_MS;
    return true;
  }

  /** For replicas that start later. If it fails, they wait as this one did. */
  private async sayWhole(): Promise<void> {
    if (this.sayWholeAt === undefined || performance.now() < this.sayWholeAt) return;
    this.sayWholeAt = undefined;
    const abandoned = this.turns.isOpen ? [{ restored: this.uid }] : [];
    await this.write([...abandoned, { whole: this.life ?? '' }]).catch(() => {});
  }

  private heardOfTurn(record: RestoringRecord | RestoredRecord): void {
    this.turns.take(record, performance.now());
    // Whoever has just heard that the log was whole must wait as well.
    if ('restoring' in record) this.unsettle();
  }

  private heardWhole(life: string): void {
    // Of somebody who did not know that something is missing.
    if (life !== (this.life ?? '') || this.turns.isOpen) return;
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

  private async write(records: readonly LogRecord[], purpose: 'change' | 'upkeep' = 'upkeep'): Promise<void> {
    await withDeadline(this.log.append(records.map(encodeRecord), purpose), LOG_TIMEOUT_MS, timedOut);
  }

  private reportMalformed(): void {
    if (this.malformed++ === 0)
      this.warn(
        'The store of revocations holds an entry that this version cannot read; it is skipped, as are others like it',
      );
  }
}

function take<T>(from: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = from.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

function timedOut(): Error {
  return new RevocationLogError('no answer in time');
}
