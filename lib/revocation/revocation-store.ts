import { randomUUID } from 'node:crypto';
import { isRevocation, type Revocation } from './revocation.js';
import { type RevocationList, timeToLive } from './revocation-list.js';

/**
 * The part of a Keyv that is used, so that its types are not needed.
 *
 * @see https://keyv.org
 */
export interface KeyvLike {
  /** What was set under the key; undefined when there is nothing. */
  get(key: string): Promise<unknown>;
  /**
   * Keeps a value under the key.
   *
   * @param ttl milliseconds after which the store forgets it; without it, never
   */
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  /** Forgets what is under the key. */
  delete(key: string): Promise<unknown>;
  /** All keys of the Keyv's namespace, each with its value. A store that cannot list its keys has none, and is refused at boot. */
  readonly iterator?: ((...args: never[]) => AsyncIterable<unknown>) | undefined;
  /** Errors of the store are reported here, and not by the call that they happened in. */
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  /** Called when the application shuts down. */
  disconnect?(): Promise<unknown>;
}

/**
 * An entry that is always there, and that names the store's life. A Keyv reports an error of its store as an event, and
 * answers as if the store were empty: without this entry the list has not been read, and must not be taken for empty. And
 * when it is another one than before, the store has lost what it held since.
 */
const SENTINEL = 'list';

interface Sentinel {
  readonly id: typeof SENTINEL;
  readonly life: string;
}

/** The deny list in a store that replicas share: one key an entry, since a Keyv cannot compare and set. */
export class RevocationStore {
  /** What was changed here while a refresh was under way, which may have read the store before. */
  private changes = new Map<string, Revocation | undefined>();
  /** The store's life that the local list is of. */
  private life: string | undefined;

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
    const { found, life } = await this.read();
    const current = life ?? (await this.begin());
    if (life === undefined || (this.life !== undefined && life !== this.life)) {
      // The store is new, or has lost what it held: what is known here is put back.
      const there = new Set(found.map(({ id }) => id));
      for (const revocation of this.list.all()) {
        if (there.has(revocation.id)) continue;
        await this.put(revocation);
        found.push(revocation);
      }
    }
    this.life = current;
    this.list.replace(found);
    for (const [id, revocation] of this.changes) {
      if (revocation === undefined) this.list.remove(id);
      else this.list.add(revocation);
    }
  }

  private async read(): Promise<{ found: Revocation[]; life: string | undefined }> {
    const found: Revocation[] = [];
    let life: string | undefined;
    for await (const [key, value] of this.keyv.iterator!() as AsyncIterable<[string, unknown]>) {
      if (key === SENTINEL) life = lifeOf(value);
      else if (isRevocation(value)) found.push(value);
    }
    // Emptied while it was read: what was found is not all.
    if (life !== undefined && lifeOf(await this.keyv.get(SENTINEL)) !== life)
      throw new Error('The store of revocations was changed while it was read.');
    return { found, life };
  }

  /** Begins the store's life, or joins the one that another replica has begun at the same time. */
  private async begin(): Promise<string> {
    await this.keyv.set(SENTINEL, { id: SENTINEL, life: randomUUID() } satisfies Sentinel);
    const life = lifeOf(await this.keyv.get(SENTINEL));
    if (life === undefined) throw unreachable();
    return life;
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
    if (lifeOf(await this.keyv.get(SENTINEL)) === undefined) throw unreachable();
    this.changes.set(id, undefined);
    return this.list.remove(id);
  }

  private async put(revocation: Revocation): Promise<void> {
    await this.keyv.set(revocation.id, revocation, timeToLive(revocation, Date.now()));
    const kept = await this.keyv.get(revocation.id);
    if (!isRevocation(kept) || kept.id !== revocation.id) throw unreachable();
  }
}

function lifeOf(value: unknown): string | undefined {
  const { id, life } = (value ?? {}) as Partial<Sentinel>;
  return id === SENTINEL && typeof life === 'string' ? life : undefined;
}

function unreachable(): Error {
  return new Error('The store of revocations cannot be reached, or does not keep what it is given.');
}
