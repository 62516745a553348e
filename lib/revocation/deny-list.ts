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

/** Nearly every id has one, and no map of its own. */
type Entries = Entry | Map<string, Entry>;

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
  private readonly entries: Readonly<Record<Kind, Map<string, Entries>>> = {
    jti: new Map(),
    sha256: new Map(),
    before: new Map(),
  };
  private readonly tombstones = new Map<string, Tombstone>();
  /** The time before which tokens of a scope are refused, computed from the entries: -Infinity when none are. */
  private refusedBefore: Readonly<Record<'namespace' | 'application', number>> | undefined;
  /** The fingerprint of each token that was asked for: a digest on every request would cost more than all other checks. */
  private readonly fingerprints = new WeakMap<RevocableToken, string>();
  private pruning = this.pruneStepByStep();

  /** Whether a verified token is on the list. Called on every request. */
  has(token: string, claims: RevocableToken): boolean {
    const { jti, sha256 } = this.entries;
    if (claims.tokenId !== undefined && jti.size > 0 && jti.has(claims.tokenId)) return true;
    this.refusedBefore ??= { namespace: this.latestBefore('namespace'), application: this.latestBefore('application') };
    const before = this.refusedBefore[claims.scope];
    if (before !== -Infinity && isIssuedBefore(before, claims.payload.iat)) return true;
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
    const entry = { uid: record.uid, until: endOf(record), before: record.before };
    const known = this.entries[kind].get(key);
    const twin = known instanceof Map ? known.get(entry.uid) : known?.uid === entry.uid ? known : undefined;
    const added = twin === undefined ? entry : strongerOf(entry, twin);
    if (known === undefined || known === twin) this.entries[kind].set(key, added);
    else if (known instanceof Map) known.set(added.uid, added);
    else this.entries[kind].set(key, new Map([known, added].map((each) => [each.uid, each])));
    if (kind === 'before') this.refusedBefore = undefined;
  }

  private bury(tombstone: Tombstone): void {
    const known = this.tombstones.get(nameOf(tombstone));
    if (known === undefined || known.until < tombstone.until) this.tombstones.set(nameOf(tombstone), tombstone);
    this.remove(...split(tombstone.id), tombstone.uid);
  }

  private remove(kind: Kind, key: string, uid: string): void {
    const known = this.entries[kind].get(key);
    if (known instanceof Map ? known.delete(uid) && known.size === 0 : known?.uid === uid)
      this.entries[kind].delete(key);
    if (kind === 'before') this.refusedBefore = undefined;
  }

  private latestBefore(scope: 'namespace' | 'application'): number {
    const entries = ['container', scope].flatMap((key) => listed(this.entries.before.get(key)));
    return latest(entries.map(({ before }) => before!));
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
    for (const { uid } of entries) this.remove(...split(id), uid);
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
        for (const { uid, until } of listed(entries)) if (hasLongEnded(until, now)) this.remove(kind, key, uid);
      }
    for (const [name, { until }] of this.tombstones) if (hasLongEnded(until, yield)) this.tombstones.delete(name);
  }

  private of(id: string): readonly Entry[] {
    const [kind, key] = split(id);
    return listed(this.entries[kind]?.get(key));
  }

  private *byId(): Iterable<[string, readonly Entry[]]> {
    for (const kind of ['before', 'jti', 'sha256'] as const)
      for (const [key, entries] of this.entries[kind]) yield [`${kind}:${key}`, listed(entries)];
  }

  private fingerprint(token: string, claims: RevocableToken): string {
    let fingerprint = this.fingerprints.get(claims);
    if (fingerprint === undefined) this.fingerprints.set(claims, (fingerprint = fingerprintOf(token)));
    return fingerprint;
  }
}

function listed(entries: Entries | undefined): readonly Entry[] {
  if (entries === undefined) return [];
  return entries instanceof Map ? [...entries.values()] : [entries];
}

/** One uid with different times is nobody's, and read as the stronger of both, whichever comes first. */
function strongerOf(one: Entry, other: Entry): Entry {
  const before = one.before === undefined ? undefined : Math.max(one.before, other.before!);
  return { uid: one.uid, until: Math.max(one.until, other.until), before };
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
