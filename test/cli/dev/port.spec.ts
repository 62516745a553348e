import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { MAIN, Run } from './support.js';

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
    await run.shows(`The command listens on port ${other}, not on ${port}, which PORT tells it`);
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
});
