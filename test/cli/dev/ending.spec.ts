import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { commandFile, MAIN, Run } from './support.js';

describe('the end of dev', () => {
  const node = process.execPath;
  const runs: Run[] = [];
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dev-ending-'));
    const report = `"${node}" "${commandFile('report-signals')}"`;
    const dev = `"${node}" "${MAIN}" dev --platform-port 0 --`;
    const scripts = {
      serve: report,
      // A shell runs the last command of a script in its own place; so that it stays, this is not the last.
      'serve:shell': `${report}; exit $?`,
      dev: `${dev} ${report}`,
      'dev:shell': `${dev} ${report}; exit $?`,
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, scripts }));
  });
  beforeEach(async () => {
    env = { ...cleanEnvironment(), PORT: String(await freePort()), npm_config_update_notifier: 'false' };
  });
  afterEach(() => {
    for (const run of runs.splice(0)) run.kill();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (file: string, args: string[]) => {
    const run = new Run(file, args, { env, cwd: folder });
    runs.push(run);
    return run;
  };
  const dev = (...command: string[]) => start(node, [MAIN, 'dev', '--platform-port', '0', '--', ...command]);

  it.each([
    [['-e', 'process.exit(0)'], 0],
    [['-e', 'process.exit(7)'], 7],
    [['-e', 'process.kill(process.pid, "SIGKILL")'], 137],
    [['-e', 'process.kill(process.pid, "SIGTERM")'], 143],
  ])("has the command's exit code: %j gives %i", async (args, code) => {
    expect(await dev(node, ...args).exitCode()).toBe(code);
  });

  it('says which program it cannot run, with the exit code that a shell has for it', async () => {
    const run = dev('no-such-program', '--secret');
    expect(await run.exitCode()).toBe(127);
    expect(run.stderr).toContain('Cannot run "no-such-program": the program does not exist.');
    const folderAsProgram = dev(folder);
    expect(await folderAsProgram.exitCode()).toBe(126);
    expect(folderAsProgram.stderr).toContain('EACCES');
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('passes %s on, once, and waits for the command', async (signal) => {
    const run = dev(node, commandFile('report-signals'));
    await run.shows('is ready');
    run.child.kill(signal);
    expect(await run.exitCode()).toBe(5);
    expect(run.stdout.match(/got \w+/g)).toEqual([`got ${signal}`]);
    await run.leavesNothing(0);
  });

  it('passes SIGTERM on to the whole tree: npm, its shell, and what runs in it', async () => {
    const run = dev('npm', 'run', '--silent', 'serve:shell');
    await run.shows('is ready');
    run.child.kill('SIGTERM');
    await run.exitCode();
    expect(run.stdout).toContain('command got SIGTERM');
    await run.leavesNothing(0);
  });

  it.each(['dev', 'dev:shell'])('ends with npm run %s, whose npm gets the SIGTERM', async (script) => {
    const run = start('npm', ['run', script]);
    await run.shows('is ready');
    run.child.kill('SIGTERM');
    await run.shows('command got SIGTERM');
    await run.leavesNothing();
  });

  it('kills what has not ended 10 seconds after the SIGTERM', async () => {
    const run = dev(node, commandFile('stubborn'));
    await run.shows('child is ready');
    const before = Date.now();
    run.child.kill('SIGTERM');
    await run.shows('child got SIGTERM', 5000);
    expect(await run.exitCode()).toBe(137);
    const took = Date.now() - before;
    expect(took).toBeGreaterThan(9500);
    expect(took).toBeLessThan(13_000);
    await run.leavesNothing(0);
  });

  it('ends what the command leaves behind, in its own group or out of it', async () => {
    const run = dev(node, commandFile('leave-behind'));
    expect(await run.exitCode()).toBe(3);
    expect(run.pids()).toHaveLength(2);
    await run.leavesNothing(0);
  });
});
