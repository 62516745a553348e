/**
 * An append-only log that the replicas of a container share: where their deny list lives. `RedisRevocationLog` of
 * `nestjs-scaleway-auth/redis` is one; the manual shows one on PostgreSQL.
 *
 * Every method rejects when the server has not answered for 2 seconds: replicas that start wait for those whose connection
 * is dead, but not longer. Reject with a {@link RevocationLogError} to
 * have its message logged; of other errors only the code or name is, because messages may hold a URL with its password.
 *
 * @example
 * ScalewayAuthModule.forRoot({ revocation: { store: new RedisRevocationLog({ url: process.env.REVOCATION_STORE_URL }) } })
 */
export interface RevocationLog {
  /**
   * Adds entries at the end, in their order. Resolves when the server has acknowledged all of them. Afterwards no reader may
   * meet a later entry without having met these.
   *
   * @param purpose `'change'`: somebody revokes or undoes, so wait for all that keeps the entries from being lost.
   * `'upkeep'`: the replica writes what it will write again if that is lost, and reads nothing meanwhile, so wait for the
   * server alone
   */
  append(entries: readonly string[], purpose: 'change' | 'upkeep'): Promise<void>;
  /** Reads a page of what follows the entry that the cursor names, or of the log from its beginning. */
  read(after?: string): Promise<RevocationLogPage>;
  /**
   * Ends the connection, when no application of this process uses the log any more. One that starts later may use the same
   * log again, so that the next call connects again.
   */
  close(): Promise<void>;
}

/** What {@link RevocationLog.read} gives. */
export interface RevocationLogPage {
  /** What was appended, in order; exactly as it was appended. */
  readonly entries: readonly string[];
  /** Names the last entry read. Undefined only while the log is empty. */
  readonly cursor: string | undefined;
  /** Whether the page was cut off, so that the reader calls again with the new cursor. */
  readonly more: boolean;
  /** The entry that the cursor named is gone: the log was emptied, restored or replaced, and the page is its first. */
  readonly rewritten: boolean;
  /**
   * Names the log's life: another one after a restart or failover, when its end may have been lost, and after entries were
   * removed. Without it, a replica that starts right after an older log was restored takes that for the whole list.
   */
  readonly life?: string | undefined;
}

/** A failure of a {@link RevocationLog} whose message is fit for the application's log: the cause, without URLs or passwords. */
export class RevocationLogError extends Error {
  override readonly name = 'RevocationLogError';
  /** Whether it is certain that nothing was appended. */
  readonly unchanged: boolean;

  constructor(message: string, { unchanged = false }: { readonly unchanged?: boolean } = {}) {
    super(message);
    this.unchanged = unchanged;
  }
}

/** Says what a failed change has left behind. Without a cause, which may hold a password. */
export function changeFailed(error: unknown): Error {
  const { unchanged } = (error ?? {}) as { unchanged?: unknown };
  const left = unchanged === true ? 'Nothing was changed.' : 'It may count or not; try again, which does no harm.';
  return new Error(`The store of revocations has not acknowledged the change (${describeLogFailure(error)}). ${left}`);
}

/** Says why a log failed, without what may hold a password. */
export function describeLogFailure(error: unknown): string {
  // By name: the ESM and CommonJS copies of this package have a class each.
  if (error instanceof Error && error.name === 'RevocationLogError') return error.message;
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const word = [code, name].find((each) => typeof each === 'string' && /^\w{1,40}$/.test(each));
  return typeof word === 'string' ? word : 'it cannot be read';
}
