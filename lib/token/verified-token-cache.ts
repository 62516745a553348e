import type { ScwTokenClaims } from './scw-token-claims.js';
import type { TokenTimes } from './token-time.js';

/** What is kept of a token that passed every check. Its times are asked again at each use. */
export interface VerifiedToken {
  readonly claims: ScwTokenClaims;
  readonly times: TokenTimes;
}

interface Entry extends VerifiedToken {
  readonly token: string;
  /** The neighbours in the order of use; the ring's anchor stands between the most and the least recently used. */
  newer: Entry;
  older: Entry;
}

/**
 * As many characters as a SHA-256 has, from the end of the signature, which nobody can choose. V8 hashes a string that it
 * has not seen, which a header always is, over its whole length: the full token as key would cost as much as a digest.
 */
const KEY_LENGTH = 43;

/**
 * The tokens that were verified, at most `size` of them; the least recently used makes room. What was not verified never
 * enters, so a flood of forged tokens can neither fill it nor drive anything out.
 *
 * Not an LRU library: the core's dependencies are few by intent, and this is a Map and a ring.
 */
export class VerifiedTokenCache {
  private readonly entries = new Map<string, Entry>();
  private readonly ring = {} as Entry;

  /** @param size 0 keeps nothing */
  constructor(private readonly size: number) {
    this.ring.newer = this.ring.older = this.ring;
  }

  /** What is known of exactly this token. The key only finds the entry; the whole token decides. */
  get(token: string): VerifiedToken | undefined {
    const entry = this.entries.get(token.slice(-KEY_LENGTH));
    if (entry === undefined || entry.token !== token) return undefined;
    if (this.ring.older !== entry) {
      unlink(entry);
      this.linkAsNewest(entry);
    }
    return entry;
  }

  set(token: string, { claims, times }: VerifiedToken): void {
    if (this.size === 0) return;
    const key = token.slice(-KEY_LENGTH);
    this.remove(key);
    if (this.entries.size >= this.size) this.remove(this.ring.newer.token.slice(-KEY_LENGTH));
    const entry = { token, claims, times } as Entry;
    this.entries.set(key, entry);
    this.linkAsNewest(entry);
  }

  /** Forgets a token, once it has expired. */
  delete(token: string): void {
    this.remove(token.slice(-KEY_LENGTH));
  }

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    unlink(entry);
  }

  private linkAsNewest(entry: Entry): void {
    const { ring } = this;
    entry.newer = ring;
    entry.older = ring.older;
    ring.older.newer = entry;
    ring.older = entry;
  }
}

function unlink(entry: Entry): void {
  entry.newer.older = entry.older;
  entry.older.newer = entry.newer;
}
