import type { RedisRevocationLog } from '../redis/index.js';
import { DenyList, hasLongEnded } from '../revocation/deny-list.js';
import { decodeRecord, encodeRecord, newUid } from '../revocation/log-record.js';
import { type Revocation, type RevocationRequest, toRevocation } from '../revocation/revocation.js';
import { changeFailed } from '../revocation/revocation-log.js';
import { type CommandIo, UsageError } from './command.js';
import { requireGenuine } from './require-genuine.js';

export type RevokeAction = (store: RedisRevocationLog, io: CommandIo) => Promise<number>;

/** Lines that are written together. */
const LINES_PER_WRITE = 1000;

/** Appends an entry without reading the list, so that it takes as long with an empty list as with a large one. */
export function revoke(request: RevocationRequest, json: boolean): RevokeAction {
  const revocation = asUsage(() => toRevocation(request));
  return async (store, io) => {
    if ('token' in request) requireGenuine(request.token, io);
    await change(store, encodeRecord({ uid: newUid(), ...revocation }));
    await print([revocation], json, io.stdout);
    for (const note of await risksOf(store)) io.stderr.write(`Note: ${note}\n`);
    return 0;
  };
}

export function undo(id: string): RevokeAction {
  return async (store, { stderr }) => {
    const records = (await readList(store)).undoing(id);
    for (const record of records) await change(store, encodeRecord(record));
    if (records.length > 0) return 0;
    stderr.write('There is no such entry on the list.\n');
    return 1;
  };
}

export function list(json: boolean): RevokeAction {
  return async (store, { stdout }) => {
    await print((await readList(store)).all(), json, stdout);
    return 0;
  };
}

export function compact(): RevokeAction {
  return async (store, { stdout }) => {
    const { before, after } = await store.compact();
    await write(stdout, `${before} entries before, ${after} after\n`);
    return 0;
  };
}

async function readList(store: RedisRevocationLog): Promise<DenyList> {
  let denyList = new DenyList();
  let cursor: string | undefined;
  for (;;) {
    const page = await store.read(cursor);
    if (page.rewritten) denyList = new DenyList();
    for (const entry of page.entries) {
      const record = decodeRecord(entry);
      const isEntry = record !== undefined && ('uid' in record || 'undoes' in record);
      if (isEntry && !hasLongEnded(record.until, Date.now())) denyList.apply(record);
    }
    if (!page.more) return denyList;
    cursor = page.cursor;
  }
}

async function change(store: RedisRevocationLog, entry: string): Promise<void> {
  try {
    await store.append(entry);
  } catch (error) {
    throw changeFailed(error);
  }
}

/** How an entry that was acknowledged could still be lost, or be written where nobody looks. */
async function risksOf(store: RedisRevocationLog): Promise<string[]> {
  const { length, appendOnly, evictionPolicy } = await store
    .describe()
    .catch(() => ({ length: undefined, appendOnly: undefined, evictionPolicy: undefined }));
  return [
    length === 1 &&
      'the list was empty, so no container has used it yet. Compare --store and --key with those of the containers.',
    appendOnly === false &&
      'this server keeps no append-only file. If it crashes before a container has read the entry, the entry is lost.',
    evictionPolicy?.startsWith('allkeys-') &&
      `this server may evict the list (maxmemory-policy ${evictionPolicy}). Running containers put it back; set noeviction.`,
  ].filter((note) => typeof note === 'string');
}

/** What the library refuses as malformed is, here, a mistake on the command line. */
function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

async function print(entries: Iterable<Revocation>, json: boolean, stdout: NodeJS.WritableStream): Promise<void> {
  let lines: string[] = [];
  for (const entry of entries) {
    lines.push(json ? jsonLine(entry) : textLine(entry));
    if (lines.length < LINES_PER_WRITE) continue;
    await write(stdout, lines.join(''));
    lines = [];
  }
  if (lines.length > 0) await write(stdout, lines.join(''));
}

function jsonLine({ id, before, until }: Revocation): string {
  return `${JSON.stringify({ id, before: iso(before), until: iso(until) })}\n`;
}

function textLine({ id, before, until }: Revocation): string {
  const times = [
    before === undefined ? '' : `  before ${iso(before)}`,
    until === undefined ? '' : `  until ${iso(until)}`,
  ];
  // A jti is any text: it must not begin a line of its own, or speak to the terminal.
  return `${JSON.stringify(id).slice(1, -1)}${times.join('')}\n`;
}

/** A time beyond what a Date can hold is printed as a number. */
function iso(time: number | undefined): string | number | null {
  if (time === undefined) return null;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toISOString();
}

/** A full disk or a reader that has left is an error: what was not printed must not look as if it were not there. */
function write(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) =>
      error ? reject(new Error(`The output cannot be written (${codeOf(error)}).`)) : resolve(),
    );
  });
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
