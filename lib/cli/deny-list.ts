import type { RedisRevocationLog } from '../redis/index.js';
import { DenyList, hasLongEnded } from '../revocation/deny-list.js';
import { decodeRecord } from '../revocation/log-record.js';
import { describeLogFailure } from '../revocation/revocation-log.js';
import type { DenyList as Verdicts } from '../verification/scaleway-token-verifier.js';
import { openStore } from './open-store.js';

/** Reads the list that containers share, as it is in the store at this moment. */
export async function readDenyList(store: RedisRevocationLog): Promise<DenyList> {
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

/**
 * Reads the list for a verifier.
 *
 * @throws Error when the store cannot be read
 */
export async function denyListOf(url: string, key: string): Promise<Verdicts> {
  const store = openStore(url, { key, waitReplicas: 0 });
  try {
    const list = await readDenyList(store);
    return { check: (token, claims) => (list.has(token, claims) ? 'revoked' : undefined) };
  } catch (error) {
    throw unreadable(error);
  } finally {
    await store.close();
  }
}

/** Without a cause, which may hold a password. */
function unreadable(error: unknown): Error {
  return new Error(`The store of revocations cannot be read (${describeLogFailure(error)}).`);
}
