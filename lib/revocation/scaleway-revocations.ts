import type { LoggerService } from '@nestjs/common';
import { type RevocableToken, type Revocation, type RevocationRequest, toRevocation } from './revocation.js';
import { RevocationList } from './revocation-list.js';
import { type KeyvLike, RevocationStore } from './revocation-store.js';

/** Where the deny list is kept, and what happens when it cannot be read. */
export interface RevocationOptions {
  /**
   * A Keyv over a store that replicas share, such as Redis or PostgreSQL.
   *
   * @default undefined: the list lives in this process, and ends with it
   */
  store?: KeyvLike;

  /**
   * What to do with genuine tokens that are not on the last list read, while the store is away: go on with that list
   * (`'stale'`; while none was read since the start, refuse), `'refuse'` them, or `'accept'` them.
   *
   * @default 'stale'
   */
  whenStoreIsAway?: 'stale' | 'refuse' | 'accept';
}

/** How often the local copy is refreshed, in milliseconds: twice within the second that all replicas may take. */
const REFRESH_EVERY = 500;
/** A refresh that takes longer means that the store is away, in milliseconds. */
const OVERDUE = 1000;
/** How long a change may take, in milliseconds. */
const CHANGE_TIMEOUT = 5000;
/** How long closing the store may take, in milliseconds. */
const GOODBYE_TIMEOUT = 1000;

/**
 * The deny list of tokens, which counts at once, for remembered tokens too. Scaleway's tokens cannot be revoked where
 * they come from, and those without an expiry live for ever.
 *
 * In memory by default; shared between replicas with the option `revocation.store`, and then known to all within a second.
 *
 * @example
 * constructor(private readonly revocations: ScalewayRevocations) {}
 * async leaked(token: string) { await this.revocations.revoke({ token }); }
 */
export class ScalewayRevocations {
  private readonly entries = new RevocationList();
  private readonly store: RevocationStore | undefined;
  private state: 'unread' | 'current' | 'away';
  private refreshing = false;
  /** Whether the log knows that the store is away. */
  private reported = false;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  /** @internal */
  constructor(
    private readonly options: RevocationOptions,
    private readonly logger: Pick<LoggerService, 'log' | 'error'>,
  ) {
    this.store = options.store && new RevocationStore(options.store, this.entries);
    this.state = this.store === undefined ? 'current' : 'unread';
  }

  /**
   * Puts a token, or all tokens issued before a time, on the deny list. An entry for a token lives until the token's
   * end, where that is known (`expiresAt`, or the token itself); else for good.
   *
   * Of two times for the same scope the later one counts, until it is undone.
   *
   * @returns the entry; its `id` is what {@link undo} takes
   * @throws TypeError for a request that names nothing, or is malformed
   * @throws Error when the store does not confirm it within 5 seconds: try again; a client that queues what it is asked
   * may still carry it out when the store is back
   * @example
   * await revocations.revoke({ tokenId: 'jti of the token' });
   * await revocations.revoke({ issuedBefore: new Date(), scope: 'namespace' });
   */
  async revoke(request: RevocationRequest): Promise<Revocation> {
    const revocation = this.entries.later(toRevocation(request));
    if (this.store === undefined) {
      this.entries.prune(Date.now());
      this.entries.add(revocation);
    } else await inTime(this.store.add(revocation));
    return revocation;
  }

  /**
   * Takes an entry off the list.
   *
   * @returns whether it was there
   * @throws Error when the store cannot be changed within 5 seconds
   */
  async undo(id: string): Promise<boolean> {
    return this.store === undefined ? this.entries.remove(id) : inTime(this.store.remove(id));
  }

  /** The list as this process knows it. */
  list(): Revocation[] {
    return this.entries.all();
  }

  /** Whether the list that the store holds is known here. @internal */
  get isCurrent(): boolean {
    return this.state === 'current';
  }

  /** Why a genuine token is refused; undefined when it is not. @internal */
  check(token: string, claims: RevocableToken): 'revoked' | 'revocation_unknown' | undefined {
    // Whoever kept the verifier of an application that has ended must not go on with a list that nobody reads any more.
    if (this.isStopped) return 'revocation_unknown';
    if (this.entries.has(token, claims)) return 'revoked';
    if (this.state === 'current') return undefined;
    const { whenStoreIsAway = 'stale' } = this.options;
    if (whenStoreIsAway === 'accept') return undefined;
    return whenStoreIsAway === 'stale' && this.state === 'away' ? undefined : 'revocation_unknown';
  }

  /** Reads the list for the first time, waiting for at most a second, and goes on reading it. @internal */
  async start(): Promise<void> {
    if (this.store === undefined || this.timer !== undefined) return;
    // unref: a list that is refreshed must not keep a process alive that wants to end.
    this.timer = setInterval(() => void this.refresh(), REFRESH_EVERY).unref();
    await this.refresh();
  }

  /** @internal */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    this.timer = undefined;
    // A store that is away may not even say goodbye; the application ends all the same.
    await inTime(Promise.resolve(this.options.store?.disconnect?.()), GOODBYE_TIMEOUT).catch(() => {});
  }

  /** One at a time: while the store is away, clients queue what is asked of them. */
  private async refresh(): Promise<void> {
    if (this.refreshing || this.store === undefined) return;
    this.refreshing = true;
    let overdue: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      overdue = setTimeout(() => resolve(this.lost('it does not answer')), OVERDUE);
    });
    const read = this.store
      .refresh()
      .then(() => this.found())
      .catch((error: unknown) => this.lost((error as { code?: string } | undefined)?.code ?? 'it cannot be read'))
      .finally(() => {
        clearTimeout(overdue);
        this.refreshing = false;
      });
    await Promise.race([read, tooLong]);
  }

  private found(): void {
    if (this.state === 'away' || this.reported) this.logger.log('The store of revocations is back');
    this.reported = false;
    this.state = 'current';
  }

  private lost(why: string): void {
    // One that was never read is not stale but unknown.
    if (this.state === 'current') this.state = 'away';
    if (this.reported) return;
    this.reported = true;
    const { whenStoreIsAway = 'stale' } = this.options;
    const then = {
      stale: this.state === 'away' ? 'the last list read counts' : 'no list was read yet, so all tokens are refused',
      refuse: 'all tokens are refused',
      accept: 'tokens that are not known to be revoked are accepted',
    }[whenStoreIsAway];
    this.logger.error(`The store of revocations is away (${why}): ${then}`);
  }
}

async function inTime<T>(change: Promise<T>, milliseconds = CHANGE_TIMEOUT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const error = new Error('The store of revocations did not answer within 5 seconds; try again.');
    timer = setTimeout(() => reject(error), milliseconds);
  });
  return Promise.race([change, tooLate]).finally(() => clearTimeout(timer));
}
