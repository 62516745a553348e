import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';
import type { ScwTokenClaims } from './scw-token-claims.js';
import type { TokenTimes } from './token-times.js';

/** What is remembered of a token whose signature was verified: who it is for, or why it is not for this container. */
export interface VerifiedToken {
  readonly token: string;
  readonly times: TokenTimes;
  readonly claims: ScwTokenClaims | ClaimsRefusal;
}

/** A genuine token that this container does not accept, whatever the time. */
export interface ClaimsRefusal {
  readonly reason: ScwRefusalReason;
  readonly tokenId: string | undefined;
}

/**
 * From the end of the signature, which no caller can choose: 72 bits. V8 copies substrings of up to 12 characters, and makes
 * longer ones point into the whole. See docs/decisions/0003-cache-key-of-twelve-characters.md.
 */
const KEY_LENGTH = 12;

/** How often expired tokens are removed, in milliseconds. */
const SWEEP_INTERVAL_MS = 60_000;

type Generation = Map<string, VerifiedToken>;

/**
 * Tokens whose signature was verified: at least the `size` that were used last, at most twice as many. When the young
 * generation is full, it becomes the old one, and whatever was not used since the last time is dropped with its Map.
 *
 * Forged tokens never enter, so a flood of them can neither fill the cache nor evict anything.
 */
export class VerifiedTokenCache {
  readonly #size: number;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #lastSweep = -Infinity;

  /** @param size 0 keeps nothing */
  constructor(size: number) {
    this.#size = size;
  }

  /** What is known of exactly this token: the key only finds the entry, the whole token is compared. */
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
    // A header's part would keep the whole header alive.
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
    // The distance, so that a clock that was set back does not stop the sweeping.
    if (Math.abs(now - this.#lastSweep) < SWEEP_INTERVAL_MS) return;
    this.#lastSweep = now;
    for (const generation of [this.#young, this.#old])
      for (const [key, { times }] of generation)
        if (times.exp !== undefined && now >= times.exp * 1000) generation.delete(key);
  }

  #keep(key: string, verified: VerifiedToken): void {
    // A token that two requests brought at once is added twice.
    if (this.#young.size >= this.#size && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, verified);
  }
}
