import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { commandFile, MAIN, Run, TERMINAL } from './support.js';

const python = spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;
if (!python) console.warn('SKIPPED: the tests of dev in a terminal need python3.');

(python ? describe : describe.skip)('dev in a terminal', () => {
  const node = process.execPath;
  const runs: Run[] = [];
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dev-terminal-'));
    const report = `"${node}" "${commandFile('report-signals')}"`;
    const dev = `"${node}" "${MAIN}" dev --platform-port 0 --`;
    const scripts = {
      serve: report,
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

  const inTerminal = async (...command: string[]) => {
    const run = new Run('python3', [TERMINAL, ...command], { env, cwd: folder });
    runs.push(run);
    await run.shows('is ready');
    return run;
  };
  const dev = (...command: string[]) => [node, MAIN, 'dev', '--platform-port', '0', '--', ...command];
  const pressCtrlC = async (run: Run) => {
    run.child.stdin?.write('\x03');
    await run.shows('got SIGINT');
    const code = await run.exitCode();
    await run.leavesNothing();
    return code;
  };

  it('Ctrl-C reaches the command once; its exit code is that of dev', async () => {
    const run = await inTerminal(...dev(node, commandFile('report-signals')));
    expect(await pressCtrlC(run)).toBe(5);
    expect(run.stdout.match(/got \w+/g)).toEqual(['got SIGINT']);
  });

  it.each(['dev', 'dev:shell'])(
    'Ctrl-C reaches the command once when npm and a shell run dev (npm run %s)',
    async (script) => {
      const run = await inTerminal('npm', 'run', script);
      await pressCtrlC(run);
      expect(run.stdout.match(/got \w+/g)).toEqual(['got SIGINT']);
    },
  );

  it('Ctrl-C reaches the command once, and nothing follows, when it ends what has run dev', async () => {
    env['npm_lifecycle_event'] = 'dev';
    const command = JSON.stringify(dev(node, commandFile('report-signals')).slice(1));
    // A shell that stays: when the first process of a terminal ends, all others in it get a SIGHUP.
    const shell = ['sh', '-c', 'trap : INT; "$@"; sleep 2', 'sh'];
    const script = `child_process.spawn(process.execPath, ${command}, { stdio: 'inherit' })`;
    const run = await inTerminal(...shell, node, '-e', script);
    run.child.stdin?.write('\x03');
    await run.shows('got SIGINT');
    await run.exitCode();
    await run.leavesNothing();
    expect(run.stdout.match(/got \w+/g)).toEqual(['got SIGINT']);
  });

  it('Ctrl-C reaches the command once when dev runs npm, a shell and the command in it', async () => {
    const run = await inTerminal(...dev('npm', 'run', 'serve:shell'));
    await pressCtrlC(run);
    expect(run.stdout.match(/got \w+/g)).toEqual(['got SIGINT']);
  });

  it('Ctrl-C reaches a command that npm itself tells of it as often as without dev', async () => {
    const without = await inTerminal('npm', 'run', 'serve');
    await pressCtrlC(without);
    const within = await inTerminal(...dev('npm', 'run', 'serve'));
    await pressCtrlC(within);
    expect(within.count('got SIGINT')).toBe(without.count('got SIGINT'));
  });

  it('a second Ctrl-C reaches the command too', async () => {
    const run = await inTerminal(...dev(node, commandFile('stubborn')));
    await run.shows('child is ready');
    run.child.stdin?.write('\x03');
    await run.shows('child got SIGINT');
    run.child.stdin?.write('\x03');
    await run.shows(/child got SIGINT[^]*child got SIGINT/);
    expect(run.count('command got SIGINT')).toBe(2);
  });

  it('what reads the terminal still can', async () => {
    const ask =
      'process.stdout.write("is ready\\n"); process.stdin.once("data", (d) => { console.log(`read ${d}`); process.exit(0); })';
    const run = await inTerminal(...dev(node, '-e', ask));
    run.child.stdin?.write('hello\r');
    await run.shows('read hello');
    expect(await run.exitCode()).toBe(0);
  });

  it('a terminal that is closed ends it all', async () => {
    const run = await inTerminal('npm', 'run', 'dev:shell');
    run.child.kill('SIGKILL');
    await run.exitCode();
    await run.leavesNothing();
  });
});
