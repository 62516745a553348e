import { ScalewayUnexpectedReplyError } from './errors.js';
import { record } from './refusal.js';

/**
 * What the tokens API tells about a token. Never the token itself: Scaleway shows it once, when it is made.
 *
 * @publicApi
 */
export interface ScalewayTokenRecord {
  /** The token's id, equal to its `jti` claim. */
  readonly id: string;
  /** `creating`, then `ready` some seconds later, `deleting`, `error`; Scaleway may add others. */
  readonly status: string;
  /** Set when it opens one container. */
  readonly containerId: string | undefined;
  /** Set when it opens one function. */
  readonly functionId: string | undefined;
  /** Set when it opens a whole namespace. */
  readonly namespaceId: string | undefined;
  /** Free text, empty when none was given. */
  readonly description: string;
  /** When it ends; absent for a token that never does. */
  readonly expiresAt: Date | undefined;
}

/** Reads one token's record out of a reply. */
export function readTokenRecord(json: unknown, host: string): ScalewayTokenRecord {
  const { id, status, description, expires_at: expiresAt, ...ids } = record(json);
  if (typeof id !== 'string' || id === '' || typeof status !== 'string') {
    throw unexpected(host);
  }
  const end = typeof expiresAt === 'string' ? new Date(expiresAt) : undefined;
  if (end && Number.isNaN(end.getTime())) throw unexpected(host);
  return {
    id,
    status,
    containerId: text(ids['container_id']),
    functionId: text(ids['function_id']),
    namespaceId: text(ids['namespace_id']),
    description: text(description) ?? '',
    expiresAt: end,
  };
}

/** One page of records, and how many there are in all when the reply says so. */
export function readTokenPage(
  json: unknown,
  headers: Headers,
  host: string,
): { records: ScalewayTokenRecord[]; total: number | undefined } {
  const { tokens, total_count: count } = record(json);
  if (!Array.isArray(tokens)) throw unexpected(host);
  const header = headers.get('x-total-count') ?? '';
  const inHeader = /^\d{1,9}$/u.test(header) ? Number(header) : undefined;
  return {
    records: tokens.map((token) => readTokenRecord(token, host)),
    total: typeof count === 'number' ? count : inHeader,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unexpected(host: string): ScalewayUnexpectedReplyError {
  return new ScalewayUnexpectedReplyError(
    `The reply of ${host} is not one of Scaleway's tokens API: check the API's URL.`,
    200,
  );
}
