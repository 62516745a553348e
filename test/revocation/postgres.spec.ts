import { Pool } from 'pg';
import { ScalewayRevocations } from 'nestjs-scaleway-auth';
import { MIGRATION, PostgresRevocationLog } from '../readme/programs/postgres-revocation-log.js';
import { describeOnPostgres, PostgresServer } from '../support/postgres.js';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describeOnPostgres('the manual’s log on PostgreSQL', () => {
  const postgres = new PostgresServer();
  const pool = () =>
    new Pool({ connectionString: postgres.url, connectionTimeoutMillis: 2000, query_timeout: 2000, max: 20 });
  let admin: Pool;
  const running: ScalewayRevocations[] = [];
  beforeAll(async () => {
    await postgres.start();
    admin = pool();
    admin.on('error', () => {});
    await admin.query(MIGRATION);
  }, 60_000);
  beforeEach(() => admin.query('TRUNCATE scw_revocations'));
  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop();
  });
  afterAll(async () => {
    await admin.end();
    await postgres.remove();
  }, 30_000);

  async function replica(): Promise<ScalewayRevocations> {
    const store = new PostgresRevocationLog(pool());
    const revocations = new ScalewayRevocations({ store }, { log() {}, warn() {}, error() {} });
    running.push(revocations);
    await revocations.start();
    return revocations;
  }
  const idsOf = (revocations: ScalewayRevocations) => revocations.list().map(({ id }) => id);
  async function until(condition: () => boolean): Promise<void> {
    for (const end = Date.now() + 15_000; !condition(); await sleep(20))
      if (Date.now() > end) throw new Error('not within 15 s');
  }

  it('gives the same list to all, and puts it back when it was lost', async () => {
    const [one, two] = [await replica(), await replica()];
    await one.revoke({ tokenId: 'a' });
    await one.revoke({ tokenId: 'b' });
    await until(() => idsOf(two).length === 2);
    await two.undo('jti:b');
    await until(() => idsOf(one).length === 1);
    await admin.query('TRUNCATE scw_revocations');
    await until(() => one.isCurrent && two.isCurrent);
    await sleep(1500);
    expect(idsOf(await replica())).toEqual(['jti:a']);
  }, 40_000);

  it('lets no reader pass an entry that is committed late', async () => {
    const log = new PostgresRevocationLog(pool());
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 20; i++) await log.append([`${writer} ${i}`]);
    });
    const met: string[] = [];
    let cursor: string | undefined;
    const finished = Promise.all(writers).then(() => true);
    for (let isLast = false; ;) {
      const done: boolean = await Promise.race([finished, sleep(1).then(() => false)]);
      const page = await log.read(cursor);
      expect(page.rewritten).toBe(false);
      met.push(...page.entries);
      cursor = page.cursor;
      if (isLast) break;
      isLast = done;
    }
    expect(new Set(met).size).toBe(400);
    await log.close();
  }, 40_000);

  it('survives a crash of the server, and a query that is cancelled', async () => {
    const [one, two] = [await replica(), await replica()];
    await one.revoke({ tokenId: 'a' });
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL'); // prettier-ignore
    await sleep(600);
    await postgres.kill();
    await sleep(500);
    await postgres.start();
    await until(() => one.isCurrent && two.isCurrent);
    await two.revoke({ tokenId: 'b' });
    await until(() => idsOf(one).length === 2 && idsOf(two).length === 2);
  }, 60_000);
});
