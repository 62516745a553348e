import type { ScwTokenClaims } from './scw-token-claims.js';
import type { TokenTimes } from './token-times.js';

/** What is kept of a token that passed every check. Its times are asked again at each use. */
export interface VerifiedToken extends TokenTimes {
  readonly claims: ScwTokenClaims;
}

interface Entry extends VerifiedToken {
  readonly token: string;
  /** The round of its last use. */
  round: number;
}

/**
 * From the end of the signature, which nobody can choose: 70 bits. V8 hashes a string that it has not seen, which a header
 * always is, over its whole length, and copies a part no longer than this where it would point into the whole from a longer.
 */
const KEY_LENGTH = 12;

/**
 * The tokens that were verified, at most `size` of them; the least recently used makes room. What was not verified never
 * enters, so a flood of forged tokens can neither fill it nor drive anything out.
 *
 * A round ends when a token enters. Within a round only a token's first use moves it: the order matters to whoever makes
 * room, and to move an entry costs more than to find it.
 */
export class VerifiedTokenCache {
  /** In the order of use. */
  private readonly entries = new Map<string, Entry>();
  /** One for good, which stands behind all that have left: a new one would have to step over them each time. */
  private readonly leastRecent = this.entries.keys();
  private round = 0;

  /** @param size 0 keeps nothing */
  constructor(private readonly size: number) {}

  /** What is known of exactly this token. The key only finds the entry; the whole token decides. */
  get(token: string): VerifiedToken | undefined {
    const key = token.slice(-KEY_LENGTH);
    const entry = this.entries.get(key);
    if (entry === undefined || entry.token !== token) return undefined;
    if (entry.round !== this.round) {
      entry.round = this.round;
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  set(token: string, { claims, exp, nbf, iat }: VerifiedToken): void {
    if (this.size === 0) return;
    this.delete(token);
    if (this.entries.size >= this.size) this.entries.delete(this.leastRecent.next().value as string);
    this.entries.set(token.slice(-KEY_LENGTH), { token, claims, exp, nbf, iat, round: ++this.round });
  }

  /** Forgets a token, once it has expired. */
  delete(token: string): void {
    this.entries.delete(token.slice(-KEY_LENGTH));
  }
}
