import type { LoggerService } from '@nestjs/common';
import { processWide } from '../container/process-wide.js';
import { Currency } from './currency.js';
import { withDeadline } from './deadline.js';
import type { DenyList } from './deny-list.js';
import { LogReader } from './log-reader.js';
import type { RevokeRecord, UndoRecord } from './log-record.js';
import { describeLogFailure, type RevocationLog, RevocationLogError } from './revocation-log.js';
import type { RevocationRules } from './revocation-options.js';

/** Between the starts of two reads, in milliseconds: twice within the second that replicas may take to know an entry. */
const POLL_MS = 400;
/** The same after a failure, and while replicas may be putting back what the log has lost: entries are on their way. */
const QUICK_POLL_MS = 150;
const QUICK_AFTER_FAILURES = 3;
/** The same after many failures in a row: replicas that wait for a server must not keep it from starting. */
const SLOW_POLL_MS = 1000;
const SLOW_AFTER_FAILURES = 10;
/** How long the application waits for the first list, in milliseconds: to connect (2 s), to read (2 s), and until the log has settled (4 s). */
const START_TIMEOUT_MS = 8000;
/** How long closing the store may take, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;
/** A store that is away for less is not worth a line in the log, in milliseconds. */
const REPORT_AFTER_MS = 1000;
/** Putting back fails now and then with a connection that is just lost. */
const REPORT_UPKEEP_AFTER_FAILURES = 3;

/** How many applications use a log: all that are made of one module's class share what its decorator was given. */
const users = processWide('users-of-logs', () => new WeakMap<RevocationLog, number>());

/** Reads the log again and again, and tells the operator when that does not work. */
export class LogPoll {
  private readonly reader: LogReader;
  /** Of the last read, of a log that may not be complete. */
  private readonly reading: Currency;
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private failures = 0;
  private upkeepFailures = 0;
  /** What the application's log says is wrong. */
  private reported: string | undefined;
  /** Why the last read failed. */
  private trouble: string | undefined;
  private readonly startup: { settle: () => void; readonly done: Promise<void> };

  constructor(
    private readonly store: RevocationLog,
    list: DenyList,
    private readonly currency: Currency,
    private readonly rules: RevocationRules,
    private readonly logger: Pick<LoggerService, 'log' | 'warn' | 'error'>,
  ) {
    this.reading = new Currency(rules.maxListAge * 1000);
    this.reader = new LogReader(this.whileRunning(), list, (message) => void logger.warn(message));
    let settle = () => {};
    const done = new Promise<void>((resolve) => (settle = resolve));
    this.startup = { settle, done };
  }

  /** Resolves when the list is current, when the first read has failed, or after 8 seconds. */
  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    users.set(this.store, usersOf(this.store) + 1);
    void this.run();
    await withDeadline(this.startup.done, START_TIMEOUT_MS, () => new Error('late')).catch(() => {});
  }

  async stop(): Promise<void> {
    // That of a public container was never read.
    if (!this.running) return;
    users.set(this.store, usersOf(this.store) - 1);
    this.running = false;
    clearTimeout(this.timer);
    if (usersOf(this.store) > 0) return;
    // A server that is away may not even say goodbye; the application ends all the same.
    await withDeadline(this.store.close(), CLOSE_TIMEOUT_MS, () => new Error('late')).catch(() => {});
  }

  append(records: readonly (RevokeRecord | UndoRecord)[]): Promise<void> {
    return this.reader.append(records);
  }

  /** The log, for as long as the application runs: what is asked later would connect again. */
  private whileRunning(): Pick<RevocationLog, 'append' | 'read'> {
    const { store } = this;
    const orStopped = <T>(ask: () => Promise<T>): Promise<T> =>
      this.running ? ask() : Promise.reject(new RevocationLogError('the application has stopped', { unchanged: true }));
    return {
      append: (entries, purpose) => orStopped(() => store.append(entries, purpose)),
      read: (after) => orStopped(() => store.read(after)),
    };
  }

  /** Why nothing should be appended: what is acknowledged where the others cannot be heard may count nowhere else. */
  get problem(): string | undefined {
    if (this.reading.isCurrent()) return undefined;
    if (this.trouble !== undefined) return this.trouble;
    return this.reading.wasEverCurrent
      ? `it was last read ${(this.reading.ageMs / 1000).toFixed(1)} seconds ago`
      : 'it was not read yet';
  }

  /** One read at a time. */
  private async run(): Promise<void> {
    const startedAt = performance.now();
    try {
      const { readAt, isComplete } = await this.reader.read();
      this.failures = 0;
      this.trouble = undefined;
      this.reading.readAsOf(readAt);
      if (isComplete) this.succeeded(readAt);
      await this.upkeep();
    } catch (error) {
      this.failed(error);
    }
    if (!this.running) return;
    // At random, so that replicas that were started together do not all ask together.
    const interval = this.intervalMs * (0.95 + Math.random() * 0.1);
    // unref: a list that is read must not keep a process alive that wants to end.
    this.timer = setTimeout(() => void this.run(), interval - (performance.now() - startedAt)).unref();
  }

  private get intervalMs(): number {
    const { failures } = this;
    const isRestoring = this.reader.isRestoring && this.upkeepFailures < REPORT_UPKEEP_AFTER_FAILURES;
    if (failures === 0) return isRestoring ? QUICK_POLL_MS : POLL_MS;
    return failures <= QUICK_AFTER_FAILURES ? QUICK_POLL_MS : failures < SLOW_AFTER_FAILURES ? POLL_MS : SLOW_POLL_MS;
  }

  private succeeded(readAt: number): void {
    this.currency.readAsOf(readAt);
    if (this.reported !== undefined) this.logger.log('The store of revocations is back');
    this.reported = undefined;
    this.startup.settle();
  }

  /** A store that is read and takes nothing is not away. */
  private async upkeep(): Promise<void> {
    try {
      await this.reader.upkeep();
      this.upkeepFailures = 0;
    } catch (error) {
      if (++this.upkeepFailures !== REPORT_UPKEEP_AFTER_FAILURES || !this.running) return;
      const why = describeLogFailure(error);
      this.logger.error(
        `The store of revocations has lost entries, and does not take them back (${why}); trying again`,
      );
    }
  }

  private failed(error: unknown): void {
    this.failures++;
    this.trouble = describeLogFailure(error);
    this.startup.settle();
    // A store that comes and goes is reported when the list grows old, not each time.
    if (!this.running || this.currency.ageMs < REPORT_AFTER_MS || this.reported === this.trouble) return;
    this.reported = this.trouble;
    this.logger.error(`The store of revocations is away (${this.trouble}): ${this.consequence()}`);
  }

  private consequence(): string {
    const { whenStoreIsAway, maxListAge } = this.rules;
    if (whenStoreIsAway === 'accept') return 'tokens that are not known to be revoked are accepted';
    if (whenStoreIsAway === 'refuse') return `all tokens are refused once the list is ${maxListAge} seconds old`;
    return this.currency.wasEverCurrent
      ? 'the last list read counts'
      : 'no list was read yet, so all tokens are refused';
  }
}

function usersOf(store: RevocationLog): number {
  return users.get(store) ?? 0;
}
