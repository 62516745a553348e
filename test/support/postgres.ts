import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './process.js';

/** Debian keeps the server's programs out of the PATH. */
function folderOfPrograms(): string | undefined {
  if (spawnSync('initdb', ['--version']).status === 0) return '';
  const debian = '/usr/lib/postgresql';
  if (!existsSync(debian)) return undefined;
  const newest = readdirSync(debian).toSorted((one, other) => Number(other) - Number(one))[0];
  return newest === undefined ? undefined : join(debian, newest, 'bin');
}

const programs = folderOfPrograms();

/** PostgreSQL does not run as root. */
function unprivileged(): { uid?: number; gid?: number } | undefined {
  if (userInfo().uid !== 0) return {};
  const id = (flag: string) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
  const [uid, gid] = [id('-u'), id('-g')];
  return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

const runAs = unprivileged();

export const describeOnPostgres = programs !== undefined && runAs !== undefined ? describe : describe.skip;
if (programs === undefined || runAs === undefined)
  console.warn('SKIPPED: tests on a real PostgreSQL, since there is none. On Debian: apt-get install postgresql');

/** A PostgreSQL server of the test's own on a free port. */
export class PostgresServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  private port = 0;

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async start(): Promise<void> {
    if (this.port === 0) {
      this.port = await freePort();
      if (runAs?.uid !== undefined) chownSync(this.folder, runAs.uid, runAs.gid!);
      this.run('initdb', '-D', join(this.folder, 'data'), '-U', 'postgres', '--auth', 'trust', '--no-sync');
    }
    const args = ['-D', join(this.folder, 'data'), '-p', String(this.port), '-h', '127.0.0.1', '-k', this.folder];
    this.child = spawn(join(programs!, 'postgres'), args, { stdio: 'ignore', cwd: this.folder, ...runAs });
    for (const end = Date.now() + 20_000; !this.answers();)
      if (Date.now() > end) throw new Error('postgres does not start');
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private answers(): boolean {
    const args = ['-h', '127.0.0.1', '-p', String(this.port), '-t', '1'];
    return spawnSync(join(programs!, 'pg_isready'), args).status === 0;
  }

  private run(program: string, ...args: string[]): void {
    execFileSync(join(programs!, program), args, { stdio: 'ignore', cwd: this.folder, ...runAs });
  }
}
