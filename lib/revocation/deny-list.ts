import { MAX_UNDONE_PER_RECORD, type RevokeRecord, type UndoRecord } from './log-record.js';
import { fingerprintOf, type RevocableToken, type Revocation } from './revocation.js';

/** One revocation of an id. An id has several when it was revoked several times: the latest `until` and `before` count. */
interface Entry {
  readonly uid: string;
  /** Infinity: permanently. */
  readonly until: number;
  readonly before: number | undefined;
}

/** Undone uids are remembered, since a replica that has not heard of it may put the revocation back into a lost log. */
interface Tombstone {
  readonly uid: string;
  readonly id: string;
  readonly until: number;
}

type Kind = 'jti' | 'sha256' | 'before';

/**
 * How long an entry is kept after its token has ended, in milliseconds: a clock that is wrong by hours, which a wrong time
 * zone makes it, must not drop an entry before the token ends.
 */
const KEEP_AFTER_END_MS = 24 * 3_600_000;

/**
 * How long an entry is put back into a log that lacks it, in milliseconds: not up to the last moment, or a replica whose
 * clock is behind would put back what was removed by another's.
 */
const PUT_BACK_AFTER_END_MS = KEEP_AFTER_END_MS / 2;

/**
 * The deny list in this process: the merge of every record that was ever read or written here. The result is the same in
 * whatever order records come, and however often each comes. Absence from the log takes nothing off the list.
 *
 * See docs/decisions/0005-deny-list-is-an-append-only-log.md.
 */
export class DenyList {
  private readonly entries: Readonly<Record<Kind, Map<string, readonly Entry[]>>> = {
    jti: new Map(),
    sha256: new Map(),
    before: new Map(),
  };
  private readonly tombstones = new Map<string, Tombstone>();
  /** The time before which tokens of a scope are refused, computed from the entries; undefined: none are. */
  private readonly refusedBefore: { namespace: number | undefined; application: number | undefined } = {
    namespace: undefined,
    application: undefined,
  };
  /** The fingerprint of each token that was asked for: a digest on every request would cost more than all other checks. */
  private readonly fingerprints = new WeakMap<RevocableToken, string>();
  private pruning = this.pruneStepByStep();

  /** Whether a verified token is on the list. Called on every request. */
  has(token: string, claims: RevocableToken): boolean {
    const { jti, sha256 } = this.entries;
    if (claims.tokenId !== undefined && jti.size > 0 && jti.has(claims.tokenId)) return true;
    const before = this.refusedBefore[claims.scope];
    if (before !== undefined && isIssuedBefore(before, claims.payload.iat)) return true;
    return sha256.size > 0 && sha256.has(this.fingerprint(token, claims));
  }

  /** Whether there is nothing here that a log could lack. */
  get isEmpty(): boolean {
    const { jti, sha256, before } = this.entries;
    return jti.size + sha256.size + before.size + this.tombstones.size === 0;
  }

  /** Takes a record in. */
  apply(record: RevokeRecord | UndoRecord): void {
    if ('undoes' in record) for (const uid of record.undoes) this.bury({ uid, id: record.id, until: endOf(record) });
    else if (this.tombstones.size === 0 || !this.tombstones.has(nameOf(record))) this.add(record);
  }

  private add(record: RevokeRecord): void {
    const [kind, key] = split(record.id);
    const known = this.entries[kind].get(key);
    const entry = { uid: record.uid, until: endOf(record), before: record.before };
    if (known === undefined) return this.set(kind, key, [entry]);
    const twin = known.find(({ uid }) => uid === record.uid);
    if (twin === undefined) return this.set(kind, key, known.concat(entry));
    // One uid with different times is nobody's, and read as the stronger of both, whichever comes first.
    const until = Math.max(entry.until, twin.until);
    const before = entry.before === undefined ? undefined : Math.max(entry.before, twin.before!);
    if (until === twin.until && before === twin.before) return;
    this.set(kind, key, known.filter((each) => each !== twin).concat({ uid: record.uid, until, before })); // prettier-ignore
  }

  private bury(tombstone: Tombstone): void {
    const known = this.tombstones.get(nameOf(tombstone));
    if (known === undefined || known.until < tombstone.until) this.tombstones.set(nameOf(tombstone), tombstone);
    const [kind, key] = split(tombstone.id);
    const entries = this.entries[kind].get(key);
    const kept = entries?.filter(({ uid }) => uid !== tombstone.uid);
    if (kept !== undefined && kept.length < entries!.length) this.set(kind, key, kept);
  }

  private set(kind: Kind, key: string, entries: readonly Entry[]): void {
    if (entries.length === 0) this.entries[kind].delete(key);
    else this.entries[kind].set(key, entries);
    if (kind !== 'before') return;
    for (const scope of ['namespace', 'application'] as const) {
      const times = ['container', scope].flatMap((name) => this.entries.before.get(name) ?? []);
      this.refusedBefore[scope] = times.length === 0 ? undefined : latest(times.map(({ before }) => before!));
    }
  }

  /** The records that undo every revocation of an id that is known here; none when there is none. */
  undoing(id: string): UndoRecord[] {
    const entries = this.of(id);
    const until = latest(entries.map((entry) => entry.until));
    const records: UndoRecord[] = [];
    for (let i = 0; i < entries.length; i += MAX_UNDONE_PER_RECORD)
      records.push(undoRecord(id, entries.slice(i, i + MAX_UNDONE_PER_RECORD), until));
    return records;
  }

  /** What an id amounts to: the latest `before`, the latest `until` or none. */
  get(id: string): Revocation | undefined {
    const entries = this.of(id);
    return entries.length === 0 ? undefined : strongest(id, entries);
  }

  /** All ids, each once. */
  *all(): Iterable<Revocation> {
    for (const [id, entries] of this.byId()) yield strongest(id, entries);
  }

  /** The records that a log lacks in which these uids are revoked and undone, of all that are needed at a time. */
  *missing(
    revoked: ReadonlySet<string>,
    undone: ReadonlySet<string>,
    now: number,
  ): Iterable<RevokeRecord | UndoRecord> {
    for (const [id, entries] of this.byId())
      for (const entry of entries)
        if (!revoked.has(entry.uid) && now < entry.until + PUT_BACK_AFTER_END_MS) yield revokeRecord(id, entry);
    for (const tombstone of this.tombstones.values())
      if (!undone.has(tombstone.uid) && now < tombstone.until + PUT_BACK_AFTER_END_MS)
        yield undoRecord(tombstone.id, [tombstone], tombstone.until);
  }

  /** Forgets an id, for a list that nobody shares. */
  forget(id: string): boolean {
    const entries = this.of(id);
    if (entries.length > 0) this.set(...split(id), []);
    return entries.length > 0;
  }

  /**
   * Forgets what ended a day ago by this process's clock. It looks at no more than so many entries, and the next call goes
   * on from there, so that no call takes long.
   */
  prune(now: number, limit: number): void {
    for (let i = 0; i < limit; i++) {
      if (this.pruning.next(now).done !== true) continue;
      this.pruning = this.pruneStepByStep();
      return;
    }
  }

  private *pruneStepByStep(): Generator<void, void, number> {
    for (const kind of ['jti', 'sha256', 'before'] as const)
      for (const [key, entries] of this.entries[kind]) {
        const now = yield;
        const kept = entries.filter(({ until }) => !hasLongEnded(until, now));
        if (kept.length < entries.length) this.set(kind, key, kept);
      }
    for (const [name, { until }] of this.tombstones) if (hasLongEnded(until, yield)) this.tombstones.delete(name);
  }

  private of(id: string): readonly Entry[] {
    const [kind, key] = split(id);
    return this.entries[kind]?.get(key) ?? [];
  }

  private *byId(): Iterable<[string, readonly Entry[]]> {
    for (const kind of ['before', 'jti', 'sha256'] as const)
      for (const [key, entries] of this.entries[kind]) yield [`${kind}:${key}`, entries];
  }

  private fingerprint(token: string, claims: RevocableToken): string {
    let fingerprint = this.fingerprints.get(claims);
    if (fingerprint === undefined) this.fingerprints.set(claims, (fingerprint = fingerprintOf(token)));
    return fingerprint;
  }
}

/** Whether an entry is of no use to anybody any more. */
export function hasLongEnded(until: number | undefined, now: number): boolean {
  return until !== undefined && now > until + KEEP_AFTER_END_MS;
}

/** A token that does not say when it was issued cannot show that it is newer. */
function isIssuedBefore(before: number, iat: unknown): boolean {
  return typeof iat !== 'number' || !(iat * 1000 >= before);
}

/** Not `Math.max(...)`, which throws when there are some hundred thousand. */
function latest(times: readonly number[]): number {
  return times.reduce((one, other) => Math.max(one, other), -Infinity);
}

function split(id: string): [Kind, string] {
  const colon = id.indexOf(':');
  return [id.slice(0, colon) as Kind, id.slice(colon + 1)];
}

function endOf({ until }: { readonly until?: number | undefined }): number {
  return until ?? Infinity;
}

function nameOf({ uid, id }: { readonly uid: string; readonly id: string }): string {
  return `${uid} ${id}`;
}

function timesOf(until: number, before?: number): { until?: number; before?: number } {
  return { ...(before === undefined ? {} : { before }), ...(until === Infinity ? {} : { until }) };
}

function strongest(id: string, entries: readonly Entry[]): Revocation {
  const until = latest(entries.map((entry) => entry.until));
  const befores = entries.flatMap(({ before }) => before ?? []);
  return { id, ...timesOf(until, befores.length === 0 ? undefined : latest(befores)) };
}

function revokeRecord(id: string, { uid, until, before }: Entry): RevokeRecord {
  return { uid, id, ...timesOf(until, before) };
}

function undoRecord(id: string, undone: readonly { readonly uid: string }[], until: number): UndoRecord {
  return { undoes: undone.map(({ uid }) => uid), id, ...timesOf(until) };
}
