import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { commandFile, MAIN, Run } from './support.js';

const curl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0;
if (!curl) console.warn('SKIPPED: the test of the curl lines that dev prints needs curl.');

describe('the lines that dev prints, pasted into another terminal', () => {
  let run: Run;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const args = ['dev', '--platform-port', '0', '--with-sibling', '--', process.execPath, 'dist/sample/main.js'];
    run = new Run(process.execPath, [MAIN, ...args], { env: { ...cleanEnvironment(), PORT: String(port) } });
    await run.shows('successfully started');
  }, 60_000);
  afterAll(async () => {
    run.child.kill('SIGTERM');
    await run.exitCode();
  });

  const printed = (pattern: RegExp) => pattern.exec(run.stderr)?.[1] ?? `nothing like ${pattern}`;
  const exportLine = () => printed(/^(export .+)$/m);
  /** A terminal in which the line with export was pasted. */
  const paste = (...lines: string[]) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', [exportLine(), ...lines].join('\n')], {
      encoding: 'utf8',
      env: { ...cleanEnvironment(), HOME: '/nonexistent' },
    });
    return { stdout, stderr };
  };
  const whoami = async (token: string) =>
    (await fetch(`http://127.0.0.1:${port}/whoami`, { headers: { 'X-Auth-Token': token.trim() } })).status;

  it("are all that loadProfileFromEnvironmentValues() of Scaleway's JavaScript SDK needs", async () => {
    const { stdout, stderr } = paste(`'${process.execPath}' '${commandFile('issue-with-sdk')}'`);
    expect(stderr).toBe('');
    expect(await whoami(stdout)).toBe(200);
  });

  (curl ? it : it.skip)('are a curl line that issues a token, and one that calls with one', async () => {
    const issued = paste(printed(/^(curl .*issue-jwt.*)$/m));
    const { token } = JSON.parse(issued.stdout) as { token: string };
    expect(await whoami(token)).toBe(200);
    const call = printed(/^(curl -i .*)$/m);
    expect(paste(`${call}whoami`).stdout).toMatch(/^HTTP\/1\.1 200 /);
    expect(printed(/X-Auth-Token: (eyJ\S+)'/).split('.')).toHaveLength(3);
  });

  it('are all that issue and inspect need', async () => {
    const issue = `'${process.execPath}' '${MAIN}' issue --expires-in 5m`;
    const inspect = `'${process.execPath}' '${MAIN}' inspect`;
    const id = printed(/, container (\S+) on port/);
    expect(await whoami(paste(`${issue} --container-id ${id}`).stdout)).toBe(200);
    expect(paste(`${issue} --container-id ${id} | ${inspect}`).stdout).toContain('\nAccepted by');
  });

  it('name containers whose tokens this container refuses: 403 and 401', async () => {
    const issue = `'${process.execPath}' '${MAIN}' issue --expires-in 5m`;
    const sibling = printed(/sibling \(403\): container (\S+)/);
    expect(await whoami(paste(`${issue} --container-id ${sibling}`).stdout)).toBe(403);
    const stranger = printed(/another namespace \(401\): .* container (\S+)/);
    expect(await whoami(paste(`${issue} --container-id ${stranger}`).stdout)).toBe(401);
    const namespace = printed(/another namespace \(401\): namespace (\S+),/);
    expect(await whoami(paste(`${issue} --namespace-id ${namespace}`).stdout)).toBe(401);
  });
});
