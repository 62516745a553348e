import { fingerprintOf, type RevocableToken, type Revocation } from './revocation.js';

/** Replicas' clocks differ: an entry is kept this much longer than its token lives, in milliseconds. */
const MARGIN = 60_000;

/** The deny list in this process, where every request is compared with it. */
export class RevocationList {
  private readonly entries = new Map<string, Revocation>();
  private fingerprints = 0;
  /** Each token's own, once it was asked for: a digest on every request would cost more than all other checks. */
  private readonly fingerprintIds = new WeakMap<RevocableToken, string>();

  /** Whether a verified token is on the list. */
  has(token: string, claims: RevocableToken): boolean {
    const { entries } = this;
    if (entries.size === 0) return false;
    if (claims.tokenId !== undefined && entries.has(`jti:${claims.tokenId}`)) return true;
    if (this.isIssuedBefore('before:container', claims) || this.isIssuedBefore(`before:${claims.scope}`, claims))
      return true;
    return this.fingerprints > 0 && entries.has(this.fingerprintId(token, claims));
  }

  /** Of two times for the same tokens the later one counts: taking back is for {@link remove}. */
  later(revocation: Revocation): Revocation {
    const known = this.entries.get(revocation.id);
    return (known?.before ?? -Infinity) > (revocation.before ?? Infinity) ? known! : revocation;
  }

  add(revocation: Revocation): void {
    if (!this.entries.has(revocation.id) && isFingerprint(revocation)) this.fingerprints++;
    this.entries.set(revocation.id, revocation);
  }

  /** @returns whether it was there */
  remove(id: string): boolean {
    const found = this.entries.get(id);
    if (found !== undefined && isFingerprint(found)) this.fingerprints--;
    return this.entries.delete(id);
  }

  replace(revocations: Iterable<Revocation>): void {
    this.entries.clear();
    this.fingerprints = 0;
    for (const revocation of revocations) this.add(revocation);
  }

  /** Forgets entries whose tokens have expired. */
  prune(now: number): void {
    for (const { id, until } of this.entries.values()) if (until !== undefined && now > until + MARGIN) this.remove(id);
  }

  all(): Revocation[] {
    return [...this.entries.values()];
  }

  /** A token that does not say when it was issued cannot show that it is newer. */
  private isIssuedBefore(id: string, { payload }: RevocableToken): boolean {
    const before = this.entries.get(id)?.before;
    if (before === undefined) return false;
    const iat = payload['iat'];
    return typeof iat !== 'number' || iat * 1000 < before;
  }

  private fingerprintId(token: string, claims: RevocableToken): string {
    let id = this.fingerprintIds.get(claims);
    if (id === undefined) this.fingerprintIds.set(claims, (id = `sha256:${fingerprintOf(token)}`));
    return id;
  }
}

function isFingerprint({ id }: Revocation): boolean {
  return id.startsWith('sha256:');
}

/** How long a store needs to keep an entry, in milliseconds; undefined: for good. */
export function timeToLive({ until }: Revocation, now: number): number | undefined {
  return until === undefined ? undefined : Math.max(1, until + MARGIN - now);
}
