import { type KeyObject, verify } from 'node:crypto';

/** How long a bad signature is remembered, in milliseconds. */
const LATELY = 1000;

/**
 * Whether tokens with bad signatures are coming in. A monotonic clock: a jump of the system's must not matter here.
 */
export class ForgeryWatch {
  private last = -Infinity;

  note(): void {
    this.last = performance.now();
  }

  sawOneLately(): boolean {
    return performance.now() - this.last < LATELY;
  }
}

/**
 * Whether a token's signature is this key's (RS256: RFC 7518 section 3.3, RFC 7515 section 5.2), found out by a thread of
 * libuv's pool, so that others are answered meanwhile. Only for what `readToken` has read, whose parts are base64url.
 */
export function verifyInPool(token: string, key: KeyObject): Promise<boolean> {
  const signatureStart = token.lastIndexOf('.');
  const signed = Buffer.from(token.slice(0, signatureStart), 'latin1');
  const signature = Buffer.from(token.slice(signatureStart + 1), 'base64url');
  return new Promise((resolve, reject) => {
    verify('sha256', signed, key, signature, (error, genuine) => (error ? reject(error) : resolve(genuine)));
  });
}
