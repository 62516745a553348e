import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { MAIN, Run } from './support.js';

// macOS has no setsid.
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the port that the command listens on', () => {
  const runs: Run[] = [];
  afterEach(() => {
    for (const run of runs.splice(0)) run.kill();
  });

  const serve = async (script: string, through: string[] = []) => {
    const port = await freePort();
    const command = [...through, process.execPath, '-e', `${script}; console.log('is ready: ' + process.pid)`];
    const run = new Run(process.execPath, [MAIN, 'dev', '--platform-port', '0', '--', ...command], {
      env: { ...cleanEnvironment(), PORT: String(port) },
    });
    runs.push(run);
    await run.shows('is ready');
    return { run, port };
  };

  it('is named when it is another than PORT: the command ignores PORT', async () => {
    const other = await freePort();
    const { run, port } = await serve(`http.createServer().listen(${other})`);
    await run.shows(`The command listens on port ${other} instead of ${port}.`);
    expect(run.stderr).toContain(`app.listen(process.env.PORT ?? ${other})`);
  });

  it('is found in what the command has started, behind npm or a shell', async () => {
    const other = await freePort();
    const { run } = await serve(`http.createServer().listen(${other}, '127.0.0.1')`, [
      'sh',
      '-c',
      '"$@"; exit $?',
      'sh',
    ]);
    await run.shows(`listens on port ${other}`);
  });

  it('is named neither when it is PORT, nor when there is a second one, nor for a debugger', async () => {
    const quiet = await Promise.all([
      serve('http.createServer().listen(process.env.PORT)'),
      serve(
        `http.createServer().listen(0).listen; setTimeout(() => http.createServer().listen(process.env.PORT), 500)`,
      ),
      serve('inspector.open(9229)'),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 3500));
    for (const { run } of quiet) expect(run.stderr).not.toContain('The command listens on');
  });

  onLinux(
    'is called by the console although nothing is found there: a process that dev cannot find, nor end',
    async () => {
      const port = await freePort();
      const server = `http.createServer((q, s) => s.end('hidden')).listen(${port}, () => console.log('is ready: ' + process.pid))`;
      // Without an environment, in a session of its own, and without a parent.
      const script = '(env -i setsid "$0" -e "$1" &); exec sleep 60';
      const command = ['sh', '-c', script, process.execPath, server];
      const run = new Run(process.execPath, [MAIN, 'dev', '--platform-port', '0', '--', ...command], {
        env: { ...cleanEnvironment(), PORT: String(port) },
      });
      runs.push(run);
      await run.shows('is ready');
      const [url = '', key = ''] = (/Console: (\S+)/.exec(run.stderr)?.[1] ?? '').split('/#');
      const headers = { 'X-Auth-Token': key };
      const state = (await (await fetch(`${url}/console/state`, { headers })).json()) as { port: unknown };
      expect(state.port).toEqual({ expected: port, current: null });
      const body = JSON.stringify({ method: 'GET', path: '/', token: '' });
      const sent = await fetch(`${url}/console/send`, { method: 'POST', headers, body });
      expect(await sent.json()).toMatchObject({ status: 200, body: 'hidden' });
      run.child.kill('SIGTERM');
      await new Promise((resolve) => run.child.once('exit', resolve));
      expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('hidden');
    },
  );
});
