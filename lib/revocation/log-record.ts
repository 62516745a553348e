import { randomBytes } from 'node:crypto';
import { MAX_TOKEN_ID_LENGTH, type Revocation } from './revocation.js';

/** Puts an entry on the list. The `uid` tells two revocations of one id apart, so that undoing one leaves the other. */
export interface RevokeRecord extends Revocation {
  readonly uid: string;
}

/**
 * Takes entries off the list: exactly those that its writer had seen, by their uids. A revocation that the writer had not
 * seen stands, in whatever order the two reach the log.
 */
export interface UndoRecord {
  readonly undoes: readonly string[];
  readonly id: string;
  /** When the last of them ends, in milliseconds since 1970. Undefined: never. */
  readonly until?: number | undefined;
}

/** A replica asks for its turn to put back what the log has lost, so that not all of them do. */
export interface RestoringRecord {
  readonly restoring: string;
}

/** The turn of that replica is over. */
export interface RestoredRecord {
  readonly restored: string;
}

/** Replicas have had time to put back what the log lost before this life of the server: it is the whole list again. */
export interface WholeRecord {
  readonly whole: string;
}

export type LogRecord = RevokeRecord | UndoRecord | RestoringRecord | RestoredRecord | WholeRecord;

/** Uids in one record: keeps a record below {@link MAX_RECORD_LENGTH}. */
export const MAX_UNDONE_PER_RECORD = 100;

/** Longer than any record that this version writes. */
const MAX_RECORD_LENGTH = 4096;

/** 72 random bits: two writers never choose the same. */
export function newUid(): string {
  return randomBytes(9).toString('base64url');
}

export function encodeRecord(record: LogRecord): string {
  return JSON.stringify(record);
}

/** Reads a record; undefined when it is none, because others can write to the log, and later versions may write more. */
export function decodeRecord(entry: unknown): LogRecord | undefined {
  if (typeof entry !== 'string' || entry.length > MAX_RECORD_LENGTH) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(entry);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { uid, id, until, before, undoes, restoring, restored, whole } = value as Record<string, unknown>;
  if (isName(restoring)) return { restoring };
  if (isName(restored)) return { restored };
  if (typeof whole === 'string' && whole.length <= 200) return { whole };
  if (!isId(id) || !(until === undefined || Number.isFinite(until))) return undefined;
  const end = until as number | undefined;
  if (Array.isArray(undoes))
    return undoes.length > 0 && undoes.every(isName) ? withEnd({ undoes: undoes as string[], id }, end) : undefined;
  if (!isName(uid)) return undefined;
  if (!id.startsWith('before:')) return withEnd({ uid, id }, end);
  return Number.isFinite(before) ? withEnd({ uid, id, before: before as number }, end) : undefined;
}

function withEnd<T extends RevokeRecord | UndoRecord>(record: T, until: number | undefined): T {
  return until === undefined ? record : Object.assign(record, { until });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
}

function isId(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (value.startsWith('jti:')) return value.length > 4 && value.length <= MAX_TOKEN_ID_LENGTH + 4;
  return /^(?:sha256:[0-9a-f]{64}|before:(?:container|namespace|application))$/.test(value);
}
