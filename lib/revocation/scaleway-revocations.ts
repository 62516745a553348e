import type { LoggerService } from '@nestjs/common';
import { withDeadline } from './deadline.js';
import { DenyList } from './deny-list.js';
import { Currency } from './currency.js';
import { type IsGenuine, refuseForeignToken } from './genuine-token.js';
import { LogPoll } from './log-poll.js';
import { newUid } from './log-record.js';
import { readPresentedToken } from './presented-token.js';
import { type RevocableToken, type Revocation, type RevocationRequest, toRevocation } from './revocation.js';
import { changeFailed, RevocationLogError } from './revocation-log.js';
import { type RevocationOptions, type RevocationRules, revocationRules } from './revocation-options.js';

/** How long a change may take, in milliseconds. */
const CHANGE_TIMEOUT_MS = 5000;
/** Entries that each change looks at for having ended, where no poll does. */
const PRUNED_PER_CHANGE = 100;

/**
 * The deny list. Scaleway's tokens of `issue-jwt` cannot be revoked where they come from, and those without an expiry never
 * end. An entry counts from the next request on, for tokens that are cached too.
 *
 * In memory by default. With the option `revocation.store` all replicas share the list, and each knows an entry within a
 * second after {@link revoke} has resolved.
 *
 * @example
 * constructor(private readonly revocations: ScalewayRevocations) {}
 * async leaked(token: string) { await this.revocations.revoke({ token }); }
 */
export class ScalewayRevocations {
  private readonly entries = new DenyList();
  private readonly rules: RevocationRules;
  private readonly currency: Currency;
  private readonly poll: LogPoll | undefined;
  private isStopped = false;

  /** @internal */
  constructor(
    options: RevocationOptions,
    logger: Pick<LoggerService, 'log' | 'warn' | 'error'>,
    private readonly isGenuine?: IsGenuine,
  ) {
    this.rules = revocationRules(options);
    this.currency = new Currency(this.rules.maxListAge * 1000);
    const { store } = this.rules;
    if (store !== undefined) this.poll = new LogPoll(store, this.entries, this.currency, this.rules, logger);
  }

  /**
   * Puts a token, or every token issued before a time, on the deny list. An entry for a token lives until the token ends,
   * where that is known (`expiresAt`, or the token itself); otherwise permanently.
   * One that has ended more than a day ago is forgotten at once.
   *
   * Revoking again never weakens an entry: the later `issuedBefore` and the later end count, until {@link undo}.
   *
   * @returns the entry as it stands now; its `id` is what {@link undo} takes
   * @throws TypeError when the request names nothing, is malformed, or names a token that is none of this container's
   * @throws Error when the store was not read for `maxListAge`, or the store does not acknowledge this entry within 5 seconds: the message
   * says what is known. Trying again does no harm.
   * @example
   * await revocations.revoke({ tokenId: 'jti of the token' });
   * await revocations.revoke({ issuedBefore: new Date(), scope: 'namespace' });
   */
  async revoke(request: RevocationRequest): Promise<Revocation> {
    const revocation = toRevocation(request);
    if ('token' in request) refuseForeignToken(readPresentedToken(request.token), this.isGenuine);
    await this.change([{ uid: this.poll === undefined ? ONLY_UID : newUid(), ...revocation }]);
    return this.entries.get(revocation.id) ?? revocation;
  }

  /**
   * Takes an entry off the list. A revocation of the same id that this process has not read yet stands.
   *
   * @returns whether it was there
   * @throws Error as {@link revoke} does, and while replicas may still be putting back what the store has lost
   */
  async undo(id: string): Promise<boolean> {
    if (this.poll === undefined) return this.entries.forget(id);
    this.requireReading();
    // What is not known here cannot be undone, and must not be said not to be there.
    if (!this.isCurrent) throw notCurrent('replicas may still be putting back what the store has lost');
    const records = this.entries.undoing(id);
    await this.change(records);
    return records.length > 0;
  }

  /** The list as this process knows it. */
  list(): Revocation[] {
    return [...this.entries.all()];
  }

  /** Whether the list is as new as the option `maxListAge` asks for. Always true in memory. */
  get isCurrent(): boolean {
    return this.poll === undefined || this.currency.isCurrent();
  }

  /**
   * Why a genuine token is refused; undefined when it is not. Called on every request.
   *
   * @internal
   */
  check(token: string, claims: RevocableToken): 'revoked' | 'revocation_unknown' | undefined {
    if (this.entries.has(token, claims)) return 'revoked';
    // Whoever kept the verifier of an application that has ended must not go on with a list that nobody reads any more.
    if (this.isStopped) return 'revocation_unknown';
    if (this.poll === undefined) return undefined;
    const { whenStoreIsAway } = this.rules;
    if (whenStoreIsAway === 'accept') return undefined;
    const known = whenStoreIsAway === 'stale' ? this.currency.wasEverCurrent : this.currency.isCurrent();
    return known ? undefined : 'revocation_unknown';
  }

  /** Reads the list for the first time, as long as that makes progress and for 8 seconds at most, and goes on reading it. @internal */
  async start(): Promise<void> {
    await this.poll?.start();
  }

  /** Stops reading, and closes the store. @internal */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.poll?.stop();
  }

  private async change(records: Parameters<LogPoll['append']>[0]): Promise<void> {
    const { poll } = this;
    if (poll === undefined) {
      this.entries.prune(Date.now(), PRUNED_PER_CHANGE);
      for (const record of records) this.entries.apply(record);
      return;
    }
    this.requireReading();
    try {
      await withDeadline(poll.append(records), CHANGE_TIMEOUT_MS, () => new RevocationLogError('no answer in time'));
    } catch (error) {
      throw changeFailed(error);
    }
  }

  private requireReading(): void {
    const problem = this.poll?.problem;
    if (problem !== undefined) throw notCurrent(problem);
  }
}

/** Of every revocation on a list that nobody shares: the strongest of an id stays, and the others take no memory. */
const ONLY_UID = 'here';

function notCurrent(problem: string): Error {
  return new Error(`The list of revocations is not current (${problem}). Nothing was changed; try again.`);
}
