import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { environment, token } from '../../support/issuer.js';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { MAIN } from './support.js';

const full = existsSync('/dev/full');
if (!full) console.warn('SKIPPED: the tests of a full disk need /dev/full.');

/** Runs a line in a shell in which $CLI is the command line; the exit code is that of the command line, first in a pipe. */
async function shell(line: string, extra: NodeJS.ProcessEnv = {}, input = '') {
  const env = { ...cleanEnvironment(), ...environment, PORT: String(await freePort()), ...extra };
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `cli() { "${process.execPath}" "${MAIN}" "$@"; }; ${line}`],
    {
      encoding: 'utf8',
      env,
      input,
    },
  );
  return { status, stdout, stderr };
}

(full ? describe : describe.skip)('output that is lost', () => {
  it.each(['--help', 'help dev', '--version', 'inspect'])('is an error of %s on a full disk', async (args) => {
    const { status, stderr } = await shell(`cli ${args} > /dev/full`, {}, token());
    expect(status).toBe(1);
    expect(stderr).toContain('The output could not be written (ENOSPC: the disk is full).');
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('is an error when the reader has stopped', async () => {
    const { stdout, stderr } = await shell('(sleep 0.3; cli inspect; echo "code $?" >&2) | true', {}, token());
    expect(stderr).toContain('(EPIPE: the reader has stopped reading)');
    expect(stderr).toContain('code 1');
    expect(stdout).toBe('');
  });

  it('does not change an exit code that is an error already', async () => {
    const refused = await shell('cli inspect > /dev/full', {}, 'no token');
    expect(refused.status).toBe(1);
    expect((await shell('cli nonsense > /dev/full')).status).toBe(2);
  });

  it("is the command's own affair under dev, which goes on when what it says itself is lost", async () => {
    const run = 'dev --platform-port 0 -- node -e "setTimeout(() => process.exit(4), 300)"';
    expect(await shell(`cli ${run} 2> /dev/full`)).toMatchObject({ status: 4 });
    expect(await shell(`cli ${run} > /dev/full`)).toMatchObject({ status: 4 });
    expect((await shell(`(cli ${run}; echo "code $?" >&2) | true`)).stderr).toContain('code 4');
  });
});
