import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { ScwTokenClaims } from './scw-token-claims.js';
import type { TokenTimes } from './token-times.js';

/** What the cache stores for a token with a verified signature: its claims, or why this container does not accept it. */
export interface VerifiedToken {
  readonly token: string;
  readonly times: TokenTimes;
  readonly claims: ScwTokenClaims | ClaimsRefusal;
}

/** Why this container never accepts a genuine token. */
export interface ClaimsRefusal {
  readonly reason: ScwRefusalReason;
  readonly tokenId: string | undefined;
}

/**
 * The last characters of the signature, which no caller can choose: 72 bits. V8 copies substrings of up to 12 characters;
 * longer ones point into the whole string. See docs/decisions/0003-cache-key-of-twelve-characters.md.
 */
const KEY_LENGTH = 12;

/** How often expired tokens are removed, in milliseconds. */
const SWEEP_INTERVAL_MS = 60_000;

type Generation = Map<string, VerifiedToken>;

/**
 * The cache of tokens with a verified signature: at least the `size` tokens that were used last, at most twice as many. When
 * the young generation is full, it becomes the old one, and the previous old one is dropped with the tokens that were not
 * used meanwhile. See docs/decisions/0004-cache-of-two-generations.md.
 *
 * Forged tokens are never added, so a flood of them cannot fill the cache or evict anything.
 */
export class VerifiedTokenCache {
  readonly #size: number;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #lastSweep = -Infinity;

  /** @param size number of tokens; 0 turns the cache off */
  constructor(size: number) {
    this.#size = size;
  }

  /** The entry of exactly this token. The key only finds an entry; the whole token is compared. */
  get(token: string): VerifiedToken | undefined {
    const key = token.slice(-KEY_LENGTH);
    const young = this.#young.get(key);
    if (young !== undefined) return young.token === token ? young : undefined;
    const old = this.#old.get(key);
    if (old === undefined || old.token !== token) return undefined;
    this.#keep(key, old);
    return old;
  }

  add(verified: VerifiedToken): void {
    if (this.#size === 0) return;
    // Copied, because a substring would keep the whole header in memory.
    const token = Buffer.from(verified.token, 'latin1').toString('latin1');
    this.#keep(token.slice(-KEY_LENGTH), { ...verified, token });
  }

  delete(token: string): void {
    const key = token.slice(-KEY_LENGTH);
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Removes tokens that have expired, at most once a minute. */
  sweep(now: number): void {
    // Math.abs, so that sweeping continues if the clock is set back.
    if (Math.abs(now - this.#lastSweep) < SWEEP_INTERVAL_MS) return;
    this.#lastSweep = now;
    for (const generation of [this.#young, this.#old])
      for (const [key, { times }] of generation)
        if (times.exp !== undefined && now >= times.exp * 1000) generation.delete(key);
  }

  #keep(key: string, verified: VerifiedToken): void {
    // A token that two requests present at the same time is added twice.
    if (this.#young.size >= this.#size && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, verified);
  }
}
