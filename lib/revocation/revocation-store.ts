import { isRevocation, type Revocation } from './revocation.js';
import { type RevocationList, timeToLive } from './revocation-list.js';

/**
 * The part of a Keyv that is used, so that its types are not needed.
 *
 * @see https://keyv.org
 */
export interface KeyvLike {
  get(key: string): Promise<unknown>;
  /** @param ttl milliseconds */
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  readonly iterator?: ((...args: never[]) => AsyncIterable<unknown>) | undefined;
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  disconnect?(): Promise<unknown>;
}

/**
 * An entry that is always there. A Keyv reports an error of its store as an event, and answers as if the store were
 * empty: without this one the list has not been read, and must not be taken for empty.
 */
const SENTINEL = 'list';

/** The deny list in a store that replicas share: one key an entry, since a Keyv cannot compare and set. */
export class RevocationStore {
  /** What was changed here while a refresh was under way, which may have read the store before. */
  private changes = new Map<string, Revocation | undefined>();

  constructor(
    private readonly keyv: KeyvLike,
    private readonly list: RevocationList,
  ) {
    // An emitter without a listener throws; failures are noticed by what is missing.
    keyv.on?.('error', () => {});
  }

  /** Makes the local list what the store holds. Rejects when the store cannot be read. */
  async refresh(): Promise<void> {
    this.changes = new Map();
    const found: Revocation[] = [];
    let complete = false;
    for await (const [key, value] of this.keyv.iterator!() as AsyncIterable<[string, unknown]>) {
      if (key === SENTINEL) complete = true;
      else if (isRevocation(value)) found.push(value);
    }
    if (!complete) return this.restore();
    this.list.replace(found);
    for (const [id, revocation] of this.changes) {
      if (revocation === undefined) this.list.remove(id);
      else this.list.add(revocation);
    }
  }

  /** @throws Error when the store has not taken it */
  async add(revocation: Revocation): Promise<void> {
    await this.put(revocation);
    this.changes.set(revocation.id, revocation);
    this.list.add(revocation);
  }

  /**
   * @returns whether it was there
   * @throws Error when the store still has it
   */
  async remove(id: string): Promise<boolean> {
    await this.keyv.delete(id);
    if ((await this.keyv.get(id)) != null) throw new Error('The store of revocations has not deleted the entry.');
    // Without an error the store may also be away, and give nothing for everything.
    await this.assertPresent(SENTINEL);
    this.changes.set(id, undefined);
    return this.list.remove(id);
  }

  /** A store that is new, or has lost what it held: what is known here is put back. */
  private async restore(): Promise<void> {
    for (const revocation of this.list.all()) await this.put(revocation);
    await this.keyv.set(SENTINEL, { id: SENTINEL });
    await this.assertPresent(SENTINEL);
  }

  private async put(revocation: Revocation): Promise<void> {
    await this.keyv.set(revocation.id, revocation, timeToLive(revocation, Date.now()));
    await this.assertPresent(revocation.id);
  }

  private async assertPresent(id: string): Promise<void> {
    const value = (await this.keyv.get(id)) as { id?: unknown } | null | undefined;
    if (value?.id !== id)
      throw new Error('The store of revocations cannot be reached, or does not keep what it is given.');
  }
}
