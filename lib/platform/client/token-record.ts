import { unexpectedReply, type ApiReply } from './http-exchange.js';
import { record, text } from './json.js';
import type { ScalewayPlatformError } from './scaleway-platform-error.js';

/**
 * A token's record in the tokens API. It does not contain the token itself, which Scaleway shows only when it is created.
 *
 * @publicApi
 */
export interface ScalewayTokenRecord {
  /** The token's id, equal to its `jti` claim. */
  readonly id: string;
  /** `creating`, then after some seconds `ready`; or `deleting`, `error`. Scaleway may add others. */
  readonly status: string;
  /** Set if the token opens one container. */
  readonly containerId: string | undefined;
  /** Set if the token opens one function. */
  readonly functionId: string | undefined;
  /** Set if the token opens a whole namespace. */
  readonly namespaceId: string | undefined;
  /** The description; empty if none was passed. */
  readonly description: string;
  /** When the token expires; absent if it never does. */
  readonly expiresAt: Date | undefined;
}

/** Reads one token's record from a reply. */
export function readTokenRecord(reply: ApiReply): ScalewayTokenRecord {
  return readRecord(reply.json, reply);
}

/** One page of records, and their total number if the reply has it. */
export function readTokenPage(reply: ApiReply): { records: ScalewayTokenRecord[]; total: number | undefined } {
  const { tokens, total_count: count } = record(reply.json);
  if (!Array.isArray(tokens)) throw unexpected(reply);
  const header = reply.headers.get('x-total-count') ?? '';
  const inHeader = /^\d{1,9}$/u.test(header) ? Number(header) : undefined;
  return {
    records: tokens.map((token) => readRecord(token, reply)),
    total: typeof count === 'number' ? count : inHeader,
  };
}

function readRecord(json: unknown, reply: ApiReply): ScalewayTokenRecord {
  const { id, status, description, expires_at: expiresAt, ...ids } = record(json);
  if (typeof id !== 'string' || typeof status !== 'string') throw unexpected(reply);
  // Ids are logged and become part of a URL. Recorded ones are UUIDs, but this is not guaranteed.
  if (!/^[\w-]{1,100}$/u.test(id) || reply.quote(id) !== id) throw unexpected(reply);
  const end = typeof expiresAt === 'string' ? new Date(expiresAt) : undefined;
  if (end && Number.isNaN(end.getTime())) throw unexpected(reply);
  return {
    id,
    status: reply.quote(status),
    containerId: text(ids['container_id']),
    functionId: text(ids['function_id']),
    namespaceId: text(ids['namespace_id']),
    description: text(description) ?? '',
    expiresAt: end,
  };
}

function unexpected(reply: ApiReply): ScalewayPlatformError {
  return unexpectedReply(reply, `The reply of ${reply.host} is not from Scaleway's tokens API: check the API's URL.`);
}
