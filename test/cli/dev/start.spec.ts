import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { occupy8080, Run, TERMINAL } from './support.js';

const has = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const curl = has('curl', '--version');
const python = has('python3', '-c', 'import pty');
if (!curl) console.warn('SKIPPED: the test of the lines that npm start prints needs curl.');
if (!python) console.warn('SKIPPED: the test of Ctrl-C in npm start needs python3.');

// It builds first, which takes its time where nothing was built yet.
const STARTS_WITHIN = 120_000;

describe('npm start', () => {
  let run: Run;

  afterEach(() => run.kill());

  const start = (port: number | undefined, ...through: string[]) => {
    const env = { ...cleanEnvironment(), ...(port !== undefined && { PORT: String(port) }) };
    const [file = '', ...args] = [...through, 'npm', 'start'];
    run = new Run(file, args, { env });
  };

  (curl ? it : it.skip)(
    'prints curl lines that answer as their comments say',
    async () => {
      start(await freePort());
      await run.shows('To issue a new token', STARTS_WITHIN);
      await run.shows(/regions.* # 200\n/);
      const lines = run.stdout.split('\n').filter((line) => line.startsWith('curl '));
      const expected = lines.map((line) => / # (\d{3})$/.exec(line)?.[1]);
      const answers = lines.map((line) => spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stdout);
      expect(answers.map((answer) => /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])).toEqual(expected);
      expect(expected).toEqual(['200', '200', '401', '403', '200']);
      expect(answers[0]).toContain('"scope":"namespace"');
      expect(answers[1]).toContain('"scope":"application"');
      expect(answers[4]).toContain('"token":"eyJ');
      run.child.kill('SIGTERM');
      await run.exitCode();
    },
    STARTS_WITHIN,
  );

  (python ? it : it.skip)(
    'ends with Ctrl-C, and frees its port',
    async () => {
      const port = await freePort();
      start(port, 'python3', TERMINAL);
      await run.shows('To issue a new token', STARTS_WITHIN);
      run.child.stdin?.write('\x03');
      await run.exitCode();
      expect(run.stdout).not.toMatch(/Error|    at /);
      const free = createServer().listen(port);
      await once(free, 'listening');
      free.close();
    },
    STARTS_WITHIN,
  );

  it(
    'names the port that is in use',
    async () => {
      const occupant = await occupy8080();
      start(undefined);
      const code = await run.exitCode();
      occupant.close();
      expect(code).toBe(1);
      expect(run.stderr).toMatch(/^npm start: Port 8080, .+ is in use: .*PORT/m);
      expect(run.stdout).not.toContain('curl');
    },
    STARTS_WITHIN,
  );
});
