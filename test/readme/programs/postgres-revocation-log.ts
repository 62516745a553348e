import type { Pool } from 'pg';
import { type RevocationLog, RevocationLogError, type RevocationLogPage } from 'nestjs-scaleway-auth';

/** Run it once, as a migration. */
export const MIGRATION = `
  CREATE TABLE IF NOT EXISTS scw_revocations (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    entry text NOT NULL
  )`;

/** One writer at a time: otherwise position 5 could be committed after a reader has met 6, and nobody would meet it. */
const APPEND = `
  WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('scw_revocations')))
  INSERT INTO scw_revocations (entry)
  SELECT entry FROM lock, unnest($1::text[]) WITH ORDINALITY AS given (entry, place) ORDER BY place`;

const PAGE_SIZE = 1000;

/** From the entry at the cursor on, or from the beginning when it is gone. Its uid names it: positions are given again after a restore. */
const READ = `
  SELECT uid, entry FROM scw_revocations
  WHERE position >= coalesce((SELECT position FROM scw_revocations WHERE uid = $1), 0)
  ORDER BY position LIMIT ${PAGE_SIZE + 1}`;

const SERVER = 'SELECT pg_postmaster_start_time()::text AS life, pg_is_in_recovery() AS standby';

/** The deny list's log on PostgreSQL 13 or later. */
export class PostgresRevocationLog implements RevocationLog {
  /** @param pool one with `connectionTimeoutMillis: 2000` and `query_timeout: 2000`, so that a dead server is noticed in time */
  constructor(private readonly pool: Pool) {
    // Without a listener, a restart of the server would end this process.
    pool.on('error', () => {});
  }

  async append(entries: readonly string[]): Promise<void> {
    await this.pool.query(APPEND, [entries]);
  }

  async read(after?: string): Promise<RevocationLogPage> {
    const [{ rows: servers }, { rows }] = await Promise.all([
      this.pool.query<{ life: string; standby: boolean }>(SERVER),
      this.pool.query<{ uid: string; entry: string }>(READ, [after]),
    ]);
    if (servers[0]!.standby) throw new RevocationLogError('the server is a standby');
    const found = after !== undefined && rows[0]?.uid === after;
    const news = found ? rows.slice(1) : rows;
    return {
      entries: news.map(({ entry }) => entry),
      cursor: news.at(-1)?.uid ?? (found ? after : undefined),
      more: rows.length > PAGE_SIZE,
      rewritten: after !== undefined && !found,
      life: servers[0]!.life,
    };
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
