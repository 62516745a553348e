import { type DenyList, hasLongEnded } from './deny-list.js';
import type { RevokeRecord, UndoRecord } from './log-record.js';

/**
 * Merges what a log says into the deny list, and finds what the log has lost. It decides by its arguments alone: it reads no
 * clock and does no input or output.
 */
export class LogMerge {
  /** The uids that the log holds, while it is read from its beginning; only then can it be told what it lacks. */
  private found: { readonly revoked: Set<string>; readonly undone: Set<string> } | undefined;
  /** What was acknowledged and not read yet, with the number of the last read that had begun by then. */
  private readonly unread = new Map<string, { readonly record: RevokeRecord | UndoRecord; readonly read: number }>();
  private reads = 0;

  constructor(private readonly list: DenyList) {}

  /** The log is read from its beginning from now on. */
  startOver(): void {
    this.found = this.list.isEmpty ? undefined : { revoked: new Set(), undone: new Set() };
  }

  /** Whether the log is being compared with all that is known here. */
  get isComparing(): boolean {
    return this.found !== undefined;
  }

  /** Called before each page is asked for. */
  beginRead(): void {
    this.reads++;
  }

  /** A record that was read. */
  take(record: RevokeRecord | UndoRecord, now: number): void {
    this.find(record);
    if (this.unread.size > 0) this.unread.delete(nameOf(record));
    // Kept out, or a log that was never compacted would bring back what has ended.
    if (!hasLongEnded(record.until, now)) this.list.apply(record);
  }

  /** A record that was appended here, and acknowledged. */
  acknowledge(record: RevokeRecord | UndoRecord): void {
    this.list.apply(record);
    this.find(record);
    this.unread.set(nameOf(record), { record, read: this.reads });
  }

  /** Of what was acknowledged here, what is not in the log, once it was read to its end. Nobody else need know it. */
  lostUnread(): (RevokeRecord | UndoRecord)[] {
    // What was acknowledged after the last page was asked for need not be on it.
    return [...this.unread.values()].filter(({ read }) => read < this.reads).map(({ record }) => record);
  }

  /** All that the log lacks, once it was read to its end. */
  *lost(now: number): Iterable<RevokeRecord | UndoRecord> {
    yield* this.lostUnread();
    if (this.found === undefined) return;
    for (const { record } of this.unread.values()) this.find(record);
    yield* this.list.missing(this.found.revoked, this.found.undone, now);
  }

  /** Whether the log lacks anything, once it was read to its end. If not, it need not be compared any longer. */
  lacksAnything(now: number): boolean {
    for (const _ of this.lost(now)) return true;
    this.found = undefined;
    return false;
  }

  private find(record: RevokeRecord | UndoRecord): void {
    if ('undoes' in record) for (const uid of record.undoes) this.found?.undone.add(uid);
    else this.found?.revoked.add(record.uid);
  }
}

function nameOf(record: RevokeRecord | UndoRecord): string {
  return 'undoes' in record ? `undo ${record.undoes.join()}` : record.uid;
}
