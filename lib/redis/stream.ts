import { RevocationLogError, type RevocationLogPage } from '../revocation/revocation-log.js';
import type { Connection } from './connection.js';

/** What INFO says of a server; undefined where the user may not ask. */
export interface ServerInfo {
  /** Another one after each start of the server. */
  readonly runId?: string | undefined;
  readonly isReplica?: boolean | undefined;
  readonly appendOnly?: boolean | undefined;
  readonly evictionPolicy?: string | undefined;
}

/** One entry of a stream, as XRANGE gives it. */
export interface StreamEntry {
  readonly id: string;
  readonly value: string;
}

/** Enough of an entry to tell it from another that got the same id after a failover. In characters. */
const TOLD_APART_BY = 64;

/** A page, and how many entries were removed from the stream when that was last counted. */
type StreamPage = RevocationLogPage & { readonly removed: number };

/**
 * Reads a page. One command says both whether the entry at the cursor is still there and what came after it.
 *
 * @param counted how many entries were removed, where that need not be asked again
 */
export async function readPage(
  connection: Connection,
  key: string,
  after: string | undefined,
  count: number,
  counted: number | undefined,
): Promise<StreamPage> {
  if (after === undefined) {
    // Counted before the page: what is removed in between is noticed by the next count.
    const [removed, entries] = await Promise.all([
      countRemoved(connection, key),
      rangeOnMaster(connection, key, '-', count),
    ]);
    return page(entries, count, removed);
  }
  const [, id = '-'] = after.split(' ', 2);
  const [entries, removed] = await Promise.all([
    rangeOnMaster(connection, key, id, count + 1),
    // Behind the page: what was removed before that was read is counted.
    counted ?? countRemoved(connection, key),
  ]);
  const [first, ...rest] = entries;
  if (first !== undefined && cursorOf(first, removed) === after) return page(rest, count, removed, after);
  return { ...page(await rangeOnMaster(connection, key, '-', count), count, removed), rewritten: true };
}

/** A server that was demoted goes on answering, and may never hear of what is revoked now. */
async function rangeOnMaster(connection: Connection, key: string, from: string, count: number): Promise<StreamEntry[]> {
  const [entries, role] = await Promise.all([range(connection, key, from, count), askIfAllowed(connection, ['ROLE'])]);
  if (isReplica(role)) throw onReplica();
  return entries;
}

/** Whether an answer to ROLE is that of a replica. */
export function isReplica(role: unknown): boolean {
  return Array.isArray(role) && role[0] !== 'master';
}

export function onReplica(): RevocationLogError {
  return new RevocationLogError('the server is a read-only replica');
}

export async function range(connection: Connection, key: string, from: string, count: number): Promise<StreamEntry[]> {
  const [reply] = await connection.send([['XRANGE', key, from, '+', 'COUNT', String(count)]]);
  return (reply as [string, string[]][]).map(([id, fields]) => ({
    id,
    value: fields[0] === 'e' ? (fields[1] ?? '') : '',
  }));
}

function cursorOf({ id, value }: StreamEntry, removed: number): string {
  return `${removed} ${id} ${value.slice(0, TOLD_APART_BY)}`;
}

function page(entries: readonly StreamEntry[], count: number, removed: number, before?: string): StreamPage {
  const last = entries.at(-1);
  return {
    entries: entries.map(({ value }) => value),
    cursor: last === undefined ? before : cursorOf(last, removed),
    more: entries.length === count,
    rewritten: false,
    removed,
  };
}

/** How many entries were removed from a stream, by XDEL or XTRIM; 0 where the server does not say. */
async function countRemoved(connection: Connection, key: string): Promise<number> {
  const { removed } = countsIn(await askIfAllowed(connection, ['XINFO', 'STREAM', key]));
  return Number.isNaN(removed) ? 0 : removed;
}

/** The id that was given last, and how many entries were removed. Rejects where the server does not say. */
export async function countsOf(
  connection: Connection,
  key: string,
): Promise<{ readonly lastId: string; readonly removed: number }> {
  return countsIn((await connection.send([['XINFO', 'STREAM', key]]))[0]);
}

function countsIn(answer: unknown): { readonly lastId: string; readonly removed: number } {
  const removed = Number(field(answer, 'entries-added')) - Number(field(answer, 'length'));
  return { lastId: String(field(answer, 'last-generated-id')), removed };
}

/** Of an answer that is a map, which clients of RESP2 give as a list. */
function field(answer: unknown, name: string): unknown {
  if (Array.isArray(answer)) return answer.includes(name) ? answer[answer.indexOf(name) + 1] : undefined;
  return (answer as Record<string, unknown> | undefined)?.[name];
}

export async function infoOf(connection: Connection): Promise<ServerInfo> {
  const answer = await askIfAllowed(connection, ['INFO']);
  const text = typeof answer === 'string' ? answer : '';
  const line = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1];
  const appendOnly = line('aof_enabled');
  return {
    runId: line('run_id'),
    isReplica: line('role') === 'slave',
    appendOnly: appendOnly === undefined ? undefined : appendOnly === '1',
    evictionPolicy: line('maxmemory_policy'),
  };
}

/** A user may be allowed the stream alone, and a proxy may not know the command: then the answer is undefined. */
async function askIfAllowed(connection: Connection, command: readonly string[]): Promise<unknown> {
  const [name = ''] = command;
  if (connection.forbidden.has(name)) return undefined;
  try {
    return (await connection.send([command]))[0];
  } catch (error) {
    const { message = '' } = error as Partial<Error>;
    if (message === 'ERR no such key') return undefined;
    if (!/^(?:NOPERM|ERR) /.test(message)) throw error;
    connection.forbidden.add(name);
    return undefined;
  }
}
