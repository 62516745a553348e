import { randomUUID } from 'node:crypto';
import { hasLongEnded } from '../revocation/deny-list.js';
import { decodeRecord } from '../revocation/log-record.js';
import { RevocationLogError } from '../revocation/revocation-log.js';
import type { Connection } from './connection.js';
import { countsOf, range, type StreamEntry } from './stream.js';

/** What a compaction did. */
export interface Compaction {
  /** Entries of the log before it. */
  readonly before: number;
  /** Entries of the log after it. */
  readonly after: number;
}

const PAGE = 1000;
/** How often it starts again because something was appended in the moment in which the new stream takes its place. */
const ATTEMPTS = 20;
/** A compaction that was killed leaves its work behind for this long, in seconds. */
const LEFTOVER_SECONDS = 3600;

/**
 * Copies what is needed into a new stream under the same ids, so that readers' cursors stay good, and puts that in the
 * stream's place, unless something was appended meanwhile, which is then copied too. It counts as many entries as removed
 * by others as the old one did: replicas that have not asked yet still notice, and put those back.
 */
export async function compactStream(connection: Connection, key: string): Promise<Compaction> {
  const copy = `${key}:compacting:${randomUUID()}`;
  try {
    const [time] = await connection.send([['TIME']]);
    await connection.send([['WATCH', key]]);
    let entries = await readAll(connection, key, '-');
    let before = entries.length;
    let kept = neededOf(entries, Number((time as [string])[0]) * 1000);
    let after = kept.length;
    if (after === before) return { before, after };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await append(connection, copy, kept);
      // A server whose memory is full may have evicted the copy, or do so now.
      const [, length] = await connection.send([
        ['WATCH', copy],
        ['XLEN', copy],
      ]);
      if (Number(length) !== after) throw new RevocationLogError('the server has lost a part of the copy', { unchanged: true }); // prettier-ignore
      const { lastId, removed } = await countsOf(connection, key);
      const answers = await connection.send([
        ['MULTI'],
        ['XSETID', copy, lastId, 'ENTRIESADDED', String(after + removed)],
        ['PERSIST', copy],
        ['RENAME', copy, key],
        ['EXEC'],
      ]);
      if (answers.at(-1) !== null) return { before, after };
      await connection.send([['WATCH', key]]);
      entries = await readAll(connection, key, `(${entries.at(-1)!.id}`);
      kept = entries;
      before += entries.length;
      after += entries.length;
      if (entries.length === 0) break;
    }
    throw new RevocationLogError('others change it all the time; try again', { unchanged: true });
  } finally {
    await connection.send([['UNWATCH'], ['DEL', copy]]).catch(() => {});
  }
}

async function readAll(connection: Connection, key: string, from: string): Promise<StreamEntry[]> {
  const all: StreamEntry[] = [];
  for (let start = from; ;) {
    const entries = await range(connection, key, start, PAGE);
    for (const entry of entries) all.push(entry);
    if (entries.length < PAGE) return all;
    start = `(${entries.at(-1)!.id}`;
  }
}

async function append(connection: Connection, copy: string, entries: readonly StreamEntry[]): Promise<void> {
  for (let i = 0; i < entries.length; i += PAGE)
    await connection.send(entries.slice(i, i + PAGE).map(({ id, value }) => ['XADD', copy, id, 'e', value]));
  await connection.send([['EXPIRE', copy, String(LEFTOVER_SECONDS)]]);
}

/** Leaves out what has ended, was undone, or is there twice. What cannot be read is somebody's, and stays. */
function neededOf(entries: readonly StreamEntry[], now: number): StreamEntry[] {
  const records = entries.map(({ value }) => decodeRecord(value));
  const undone = new Set<string>();
  for (const record of records)
    if (record !== undefined && 'undoes' in record) for (const uid of record.undoes) undone.add(`${uid} ${record.id}`);
  const lastWhole = records.findLastIndex((record) => record !== undefined && 'whole' in record);
  const seen = new Set<string>();
  return entries.filter(({ value }, i) => {
    const record = records[i];
    // Readers at rest have their cursor at the last one.
    if (record === undefined || i === entries.length - 1) return true;
    if ('whole' in record) return i === lastWhole;
    if ('restoring' in record || 'restored' in record || hasLongEnded(record.until, now) || seen.has(value))
      return false;
    seen.add(value);
    return 'undoes' in record || !undone.has(`${record.uid} ${record.id}`);
  });
}
