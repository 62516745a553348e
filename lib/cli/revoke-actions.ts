import type { RedisRevocationLog } from '../redis/index.js';
import { encodeRecord, type LogRecord, newUid } from '../revocation/log-record.js';
import { type Revocation, type RevocationRequest, toRevocation } from '../revocation/revocation.js';
import { changeFailed } from '../revocation/revocation-log.js';
import { type CommandIo, UsageError } from './command.js';
import { readDenyList } from './deny-list.js';
import { printable } from './printable.js';
import { requireGenuine } from './require-genuine.js';

export type RevokeAction = (store: RedisRevocationLog, io: CommandIo) => Promise<number>;

const NO_LIST = 'There is no list under this key, so no container has used it.';
const COMPARE = 'Compare --store and --key with those of the containers';
/** A time that is no further ahead is meant as now. */
const CLOCKS_DIFFER_MS = 60_000;
/** Lines that are written together. */
const LINES_PER_WRITE = 1000;

/**
 * Appends an entry without reading the list, so that it takes as long with an empty list as with a large one.
 *
 * @param begins whether to begin a list where there is none
 */
export function revoke(request: RevocationRequest, { json, begins }: { json: boolean; begins: boolean }): RevokeAction {
  const revocation = asUsage(() => toRevocation(request));
  return async (store, io) => {
    if ('token' in request) requireGenuine(request.token, io);
    const server = await store.describe().catch((error: unknown) => {
      throw changeFailed(error);
    });
    if (server.isEmpty && !begins) throw new Error(`${NO_LIST} Nothing was changed. ${COMPARE}; --new begins a list.`);
    await change(store, [{ uid: newUid(), ...revocation }]);
    for (const note of [...risksOf(server), ...timesToNote(revocation)]) io.stderr.write(`Note: ${note}\n`);
    await afterwards(`The server has acknowledged ${printedId(revocation.id)}, which counts.`, () =>
      print([revocation], json, io.stdout),
    );
    return 0;
  };
}

/** @param printed the id as it was printed */
export function undo(printed: string): RevokeAction {
  const id = idOf(printed);
  return async (store, { stderr }) => {
    const records = (await readDenyList(store)).undoing(id);
    if (records.length > 0) await change(store, records);
    else stderr.write('There is no such entry on the list, as the store has it now.\n');
    return records.length > 0 ? 0 : 1;
  };
}

export function list(json: boolean): RevokeAction {
  return async (store, { stdout, stderr }) => {
    if ((await store.describe()).isEmpty) stderr.write(`Note: ${NO_LIST} ${COMPARE}.\n`);
    await print((await readDenyList(store)).all(), json, stdout);
    return 0;
  };
}

export function compact(): RevokeAction {
  return async (store, { stdout }) => {
    const { before, after } = await store.compact();
    await afterwards('The list was rewritten.', () => write(stdout, `${before} entries before, ${after} after\n`));
    return 0;
  };
}

async function change(store: RedisRevocationLog, records: readonly LogRecord[]): Promise<void> {
  try {
    await store.append(records.map(encodeRecord));
  } catch (error) {
    throw changeFailed(error);
  }
}

/** How an entry that was acknowledged could still be lost. */
function risksOf({ appendOnly, evictionPolicy }: Awaited<ReturnType<RedisRevocationLog['describe']>>): string[] {
  return [
    appendOnly === false &&
      'this server keeps no append-only file. If it crashes before a container has read the entry, the entry is lost.',
    evictionPolicy?.startsWith('allkeys-') &&
      `this server may evict the list (maxmemory-policy ${evictionPolicy}). Running containers put it back; set noeviction.`,
  ].filter((note) => typeof note === 'string');
}

function timesToNote({ until, before }: Revocation): string[] {
  if (before !== undefined && before > Date.now() + CLOCKS_DIFFER_MS)
    return [`${iso(before)} is yet to come: tokens that are issued until then are refused as well.`];
  if (until === undefined || until >= Date.now()) return [];
  return [
    `the entry ended at ${iso(until)}, by the clock of this machine. It refuses nothing that has not ended as well.`,
  ];
}

/** Does what comes after a change. If that fails, it must not look as if the change had failed. */
async function afterwards(done: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`${done} ${(error as Error).message}`, { cause: error });
  }
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
  return `${printable(JSON.stringify({ id, before: iso(before), until: iso(until) }))}\n`;
}

function textLine({ id, before, until }: Revocation): string {
  const times = [
    before === undefined ? '' : `  before ${iso(before)}`,
    until === undefined ? '' : `  until ${iso(until)}`,
  ];
  return `${printedId(id)}${times.join('')}\n`;
}

/** A jti is any text: it must not begin a line of its own, or speak to the terminal. */
function printedId(id: string): string {
  return printable(JSON.stringify(id).slice(1, -1));
}

function idOf(printed: string): string {
  try {
    return String(JSON.parse(`"${printed}"`));
  } catch {
    // Nobody printed it like this.
    return printed;
  }
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
