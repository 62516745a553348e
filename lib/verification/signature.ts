import { type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';

/** A signing input and its signature (RFC 7515 section 5.2). */
export interface SignedBytes {
  readonly input: Buffer;
  readonly signature: Buffer;
}

/** Whether the signature was made with this key: RS256, RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). */
export function verifyRs256({ input, signature }: SignedBytes, key: KeyObject): boolean {
  return verify('sha256', input, key, signature);
}

/** Splits a token that `parseToken` has accepted, so its parts are canonical base64url. */
function signedBytes(token: string): SignedBytes {
  const dot = token.lastIndexOf('.');
  return {
    input: Buffer.from(token.slice(0, dot), 'latin1'),
    signature: Buffer.from(token.slice(dot + 1), 'base64url'),
  };
}

/** Whether the token was signed with this key. */
export function hasValidSignature(token: string, key: KeyObject): boolean {
  return verifyRs256(signedBytes(token), key);
}

/** With a callback, crypto uses a thread of libuv's pool. */
const verifyInPool = promisify<string, Buffer, KeyObject, Buffer, boolean>(verify);

/** libuv's pool has four threads, which the file system and DNS use as well. */
const MAX_IN_POOL = 2;

/** If more are waiting, the main thread verifies, which slows down the reading of requests. */
const MAX_WAITING = 1000;

/** The longest wait for the pool, in milliseconds. The application may keep the pool busy, for example with password hashes. */
const LONGEST_WAIT_MS = 250;

/** Verifies signatures in the thread pool, a limited number at a time. See docs/decisions/0002-thread-pool-only-under-forgeries.md. */
export class SignaturePool {
  #inPool = 0;
  readonly #waiting: (() => void)[] = [];

  /** Whether the token was signed with this key; rejects if the key cannot verify RS256. */
  async verify(token: string, key: KeyObject): Promise<boolean> {
    const isFull = this.#inPool >= MAX_IN_POOL && this.#waiting.length >= MAX_WAITING;
    if (isFull) return hasValidSignature(token, key);
    const answer = { isGiven: false };
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_WAIT_MS);
    });
    try {
      const onThisThread = tooLate.then(() => hasValidSignature(token, key));
      return await Promise.race([this.#verifyInTurn(token, key, answer), onThisThread]);
    } finally {
      answer.isGiven = true;
      clearTimeout(timer);
    }
  }

  async #verifyInTurn(token: string, key: KeyObject, answer: { readonly isGiven: boolean }): Promise<boolean> {
    // The one that leaves the pool passes on its place, so the count does not change.
    if (this.#inPool >= MAX_IN_POOL) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inPool++;
    try {
      if (answer.isGiven) return false;
      const { input, signature } = signedBytes(token);
      return await verifyInPool('sha256', input, key, signature);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inPool--;
      else next();
    }
  }
}

/** How long one bad signature keeps the detector active, in milliseconds. */
const FORGERY_MEMORY_MS = 1000;

/** Detects whether tokens with bad signatures come in. Uses a monotonic clock, so jumps of the system clock do not matter. */
export class ForgeryDetector {
  #lastForgery = -Infinity;

  record(): void {
    this.#lastForgery = performance.now();
  }

  get isActive(): boolean {
    return performance.now() - this.#lastForgery < FORGERY_MEMORY_MS;
  }
}
