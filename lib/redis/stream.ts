import { RevocationLogError, type RevocationLogPage } from '../revocation/revocation-log.js';
import type { Connection } from './connection.js';

/** What INFO says of a server; undefined where the user may not ask. */
export interface ServerInfo {
  /** Another one after each start of the server. */
  readonly runId?: string | undefined;
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

/** Reads a page. One command says both whether the entry at the cursor is still there and what came after it. */
export async function readPage(
  connection: Connection,
  key: string,
  after: string | undefined,
  count: number,
): Promise<RevocationLogPage> {
  if (after !== undefined) {
    const [id = ''] = after.split(' ', 1);
    const [first, ...rest] = await rangeOnMaster(connection, key, id, count + 1);
    if (first !== undefined && cursorOf(first) === after) return page(rest, count, after);
  }
  return { ...page(await rangeOnMaster(connection, key, '-', count), count), rewritten: after !== undefined };
}

/** A server that was demoted goes on answering, and may never hear of what is revoked now. */
async function rangeOnMaster(connection: Connection, key: string, from: string, count: number): Promise<StreamEntry[]> {
  const [entries, role] = await Promise.all([range(connection, key, from, count), sendIfAllowed(connection, 'ROLE')]);
  if (Array.isArray(role) && role[0] !== 'master') throw new RevocationLogError('the server is a read-only replica');
  return entries;
}

export async function range(connection: Connection, key: string, from: string, count: number): Promise<StreamEntry[]> {
  const [reply] = await connection.send([['XRANGE', key, from, '+', 'COUNT', String(count)]]);
  return (reply as [string, string[]][]).map(([id, fields]) => ({
    id,
    value: fields[0] === 'e' ? (fields[1] ?? '') : '',
  }));
}

function cursorOf({ id, value }: StreamEntry): string {
  return `${id} ${value.slice(0, TOLD_APART_BY)}`;
}

function page(entries: readonly StreamEntry[], count: number, before?: string): RevocationLogPage {
  const last = entries.at(-1);
  return {
    entries: entries.map(({ value }) => value),
    cursor: last === undefined ? before : cursorOf(last),
    more: entries.length === count,
    rewritten: false,
  };
}

export async function infoOf(connection: Connection): Promise<ServerInfo> {
  const answer = await sendIfAllowed(connection, 'INFO');
  const text = typeof answer === 'string' ? answer : '';
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1];
  const appendOnly = field('aof_enabled');
  return {
    runId: field('run_id'),
    appendOnly: appendOnly === undefined ? undefined : appendOnly === '1',
    evictionPolicy: field('maxmemory_policy'),
  };
}

/** A user may be allowed the stream alone, and a proxy may not know the command: then the answer is undefined. */
async function sendIfAllowed(connection: Connection, command: string): Promise<unknown> {
  if (connection.forbidden.has(command)) return undefined;
  try {
    return (await connection.send([[command]]))[0];
  } catch (error) {
    if (!(error instanceof Error) || !/^(?:NOPERM|ERR) /.test(error.message)) throw error;
    connection.forbidden.add(command);
    return undefined;
  }
}
