import { describe, expect, it } from '@jest/globals';
import type { CommandIo } from '../../../lib/cli/command.js';
import { parseDuration } from '../../../lib/cli/duration.js';
import { command } from '../../../lib/cli/issue.js';
import { withEnvironment } from '../../platform/client/helpers/environment.js';
import { issued, ScriptedServer } from '../../platform/client/helpers/scripted-server.js';

/** What is said on a standard error that is (or is not) a terminal. */
async function said(isTTY: boolean, env: NodeJS.ProcessEnv): Promise<string> {
  const server = new ScriptedServer([issued({ exp: 4_073_652_000 })]);
  const SCW_API_URL = await server.start();
  let text = '';
  const stderr = { isTTY, write: (chunk: string) => (text += chunk) };
  const io = { stdout: { write: () => true }, stderr, env } as unknown as CommandIo;
  const variables = { SCW_API_URL, SCW_SECRET_KEY: 'secret', SCW_DEFAULT_REGION: 'fr-par' };
  await withEnvironment(variables, () => command.run(['--container-id', 'C'], io));
  await server.stop();
  return text;
}

describe('standard error', () => {
  it('is coloured on a terminal, and tells the end of the token there', async () => {
    const text = await said(true, {});
    expect(text).toContain('\u001b[33mThis token never expires');
    expect(text).toContain('Valid until 2099-02-01T18:00:00');
  });

  it.each<[string, boolean, NodeJS.ProcessEnv]>([
    ['NO_COLOR', true, { NO_COLOR: '1' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
    ['a pipe', false, {}],
  ])('has no colours with %s', async (_name, isTTY, env) => {
    expect(await said(isTTY, env)).not.toContain('\u001b');
  });

  it('ignores an empty NO_COLOR', async () => {
    expect(await said(true, { NO_COLOR: '' })).toContain('\u001b');
  });
});

describe('a duration', () => {
  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['12h', 43_200],
    ['7d', 604_800],
    ['1h30m', 5400],
    ['1d2h3m4s', 93_784],
    ['36500d', 3_153_600_000],
  ])('%s', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '0s', '12', 'h', '1.5h', '30m1h', '1H', ' 1h', '-1h', '1e3s', '36501d', `${'9'.repeat(400)}d`])(
    'not %j',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});
