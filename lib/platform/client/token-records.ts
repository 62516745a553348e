import { clock } from './clock.js';
import type { Reporter } from './reporter.js';
import { spread } from './retry.js';
import {
  askedPauseMs,
  isNotFound,
  isPlatformError,
  isTemporary,
  ScalewayPlatformError,
} from './scaleway-platform-error.js';
import type { ScalewayTokenClient } from './scaleway-token-client.js';
import type { ScalewayCreatedToken } from './scaleway-token-client.options.js';
import { SOURCE_DESCRIPTION, sweepEndedRecords } from './sweep-ended-records.js';
import { checkTarget, type ScalewayTarget } from './target.js';

/** How long callers may still use a replaced token before its record is deleted. */
const GRACE_MS = 60_000;
const READY_WITHIN_MS = 30_000;
const FIRST_POLL_MS = 1000;
const CLOSE_WITHIN_MS = 5000;
const CLOSE_RETRY_MS = 500;

interface Retired {
  readonly id: string;
  /** Both by the steady clock. */
  readonly endsAt: number;
  deleteAt: number;
}

/**
 * The records in the tokens API of a source's tokens.
 *
 * Deleting a record revokes its token at the platform, so it is delayed until callers have used the token. No timer runs for
 * this: the next call for a token deletes the records that are due. If the process was killed or a reply was lost, the next
 * source for the same target deletes the record after the token has expired.
 */
export class TokenRecords {
  readonly #client: ScalewayTokenClient;
  readonly #target: ScalewayTarget;
  readonly #region: string | undefined;
  readonly #report: Reporter;
  readonly #stopping: AbortSignal;
  readonly #closing = new AbortController();
  readonly #background = new Set<Promise<void>>();
  #retired: Retired[] = [];
  #lastSeenAt = Number.NEGATIVE_INFINITY;

  constructor(
    client: ScalewayTokenClient,
    { target, region }: { readonly target: ScalewayTarget; readonly region?: string | undefined },
    report: Reporter,
    stopping: AbortSignal,
  ) {
    this.#client = client;
    this.#target = target;
    this.#region = region;
    this.#report = report;
    this.#stopping = stopping;
  }

  /** Not aborted by a shutdown, because an unread reply would leave an unknown record behind. */
  async create(expiresAt: Date): Promise<ScalewayCreatedToken> {
    const created = await this.#client.createToken(this.#target, {
      expiresAt,
      region: this.#region,
      description: SOURCE_DESCRIPTION,
      signal: this.#closing.signal,
    });
    if (!this.#stopping.aborted) this.#inBackground(this.#sweep(created.issuedAt));
    return created;
  }

  /**
   * Waits until a record is no longer `creating`, at most 30 seconds. It is not known whether the platform accepts the token
   * before that.
   *
   * @throws {ScalewayPlatformError} `unexpected_reply` if the status then is neither `ready` nor `creating`
   */
  async untilReady({ id, status }: Pick<ScalewayCreatedToken, 'id' | 'status'>): Promise<void> {
    const deadline = clock.steady() + READY_WITHIN_MS;
    let current = status;
    for (let pause = FIRST_POLL_MS; current === 'creating' && clock.steady() + pause < deadline; pause *= 2) {
      await this.#pause(pause);
      try {
        current = (await this.#client.getToken(id, { ...this.#options(this.#stopping), retries: 0 })).status;
      } catch (error) {
        // The token exists anyway. Without an answer, the deadline decides.
        this.#stopping.throwIfAborted();
        pause = Math.max(pause, spread(askedPauseMs(error)));
      }
    }
    if (current !== 'creating' && current !== 'ready') {
      throw new ScalewayPlatformError(
        'unexpected_reply',
        `Scaleway's tokens API created the token ${id} with the status ${JSON.stringify(current.slice(0, 40))}.`,
      );
    }
  }

  /** Takes over the record of a token that is no longer used. */
  retire(id: string, usableForMs: number, graceMs = GRACE_MS): void {
    const now = clock.steady();
    const endsAt = now + Math.max(0, usableForMs);
    this.#retired.push({ id, endsAt, deleteAt: Math.min(now + graceMs, endsAt) });
  }

  /** Deletes the records that are due, in the background. */
  deleteDue(): void {
    const now = clock.steady();
    // After such a gap the process may have been frozen, and its callers may not have used the token yet.
    const mayHaveBeenFrozen = now - this.#lastSeenAt > GRACE_MS;
    this.#lastSeenAt = now;
    if (this.#retired.length === 0) return;
    if (mayHaveBeenFrozen) {
      for (const record of this.#retired) record.deleteAt = Math.min(now + GRACE_MS, record.endsAt);
    }
    const due = this.#retired.filter(({ deleteAt }) => deleteAt <= now);
    this.#retired = this.#retired.filter(({ deleteAt }) => deleteAt > now);
    for (const { id } of due) this.#inBackground(this.#delete(id));
  }

  /**
   * Deletes all records, within five seconds. Records that are not deleted by then are reported.
   *
   * @param creation a token that is being created
   * @param held returns the records of tokens in use; called after `creation` has settled
   */
  async close(creation: Promise<unknown> | undefined, held: () => string[]): Promise<void> {
    const done = new AbortController();
    void clock.sleep(CLOSE_WITHIN_MS, { signal: done.signal }).then(
      () => this.#closing.abort(closedEarly()),
      () => undefined,
    );
    try {
      await creation?.catch((error: unknown) => {
        if (this.#closing.signal.aborted)
          this.#report(`A Scaleway token was being created on shutdown; ${LATER}.`, error);
      });
      const ids = [...held(), ...this.#retired.splice(0).map(({ id }) => id)];
      await Promise.all([...this.#background, ...ids.map((id) => this.#deleteBeforeClosing(id))]);
    } finally {
      done.abort();
    }
  }

  #options(signal: AbortSignal) {
    return { product: checkTarget(this.#target).product, region: this.#region, signal };
  }

  #inBackground(work: Promise<void>): void {
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }

  async #delete(id: string): Promise<void> {
    try {
      await this.#client.deleteToken(id, this.#options(this.#closing.signal));
    } catch (error) {
      if (!isNotFound(error))
        this.#report(`The record ${id} of a replaced Scaleway token was not deleted; ${LATER}.`, error);
    }
  }

  /** The last chance before the process ends. A record that is still `creating` may need a second attempt. */
  async #deleteBeforeClosing(id: string): Promise<void> {
    const { signal } = this.#closing;
    let failure: unknown;
    while (!signal.aborted) {
      try {
        return await this.#client.deleteToken(id, this.#options(signal));
      } catch (error) {
        if (isNotFound(error)) return;
        if (failure === undefined || !signal.aborted) failure = error;
        const pause = pauseBeforeRetry(error);
        if (pause === undefined) break;
        await clock.sleep(pause, { signal }).catch(() => undefined);
      }
    }
    this.#report(
      `The record ${id} of a Scaleway token was not deleted on shutdown; ${LATER}.`,
      failure ?? signal.reason,
    );
  }

  async #sweep(issuersTime: Date | undefined): Promise<void> {
    try {
      await sweepEndedRecords(this.#client, this.#target, issuersTime, this.#options(this.#stopping));
    } catch (error) {
      if (!this.#stopping.aborted) this.#report('Records of expired Scaleway tokens were not deleted.', error);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    // Does not keep the process alive.
    await clock.sleep(milliseconds, { signal: this.#stopping, ref: false }).catch(() => undefined);
    this.#stopping.throwIfAborted();
  }
}

const LATER = 'a later source for the same target deletes the record after the token has expired';

function closedEarly(): ScalewayPlatformError {
  return new ScalewayPlatformError('timeout', `Closing took more than ${CLOSE_WITHIN_MS / 1000} s.`);
}

/** Milliseconds to wait, or undefined if another attempt would fail too. A conflict with the record's state is temporary. */
function pauseBeforeRetry(error: unknown): number | undefined {
  if (!isPlatformError(error) || !(isTemporary(error) || error.reason === 'refused')) return undefined;
  const pause = Math.max(CLOSE_RETRY_MS, askedPauseMs(error));
  return pause < CLOSE_WITHIN_MS ? pause : undefined;
}
