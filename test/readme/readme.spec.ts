import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSAL_REASONS } from 'nestjs-scaleway-auth';
import { type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, foreignKey, forApplication, namespaceId, token } from '../support/issuer.js';
import { root } from '../support/process.js';
import { AppModule as AsyncConfiguration } from './programs/async-configuration.js';
import { AppModule as FirstScreen } from './programs/first-screen.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the README', () => {
  it('is short, and knows no reason that does not exist', () => {
    const readme = read('README.md');
    expect(readme.split('\n').length).toBeLessThanOrEqual(220);
    const [, troubleshooting = ''] = readme.split('## Troubleshooting');
    const named = [...troubleshooting.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, reason]) => reason);
    expect(named.length).toBeGreaterThan(4);
    expect(REFUSAL_REASONS).toEqual(expect.arrayContaining(named));
  });
  it('leads to what to do about every reason', () => {
    for (const reason of REFUSAL_REASONS)
      expect(read('docs/troubleshooting.md')).toMatch(new RegExp(`^\\| \`${reason}\` +\\| +40[13] \\| .+`, 'm'));
  });

  describe('has programs that', () => {
    let running: RunningApp | undefined;
    beforeAll(() => void Object.assign(process.env, environment));
    afterEach(() => running?.close());
    afterAll(() => {
      for (const name of Object.keys(environment)) delete process.env[name];
    });

    it('protect a route, on its first screen', async () => {
      running = await startApp('express', FirstScreen);
      const ask = async (text: string) => (await running!.get('/orders', { 'X-Auth-Token': text })).text;
      expect(await ask(token())).toBe(`Hello, namespace ${namespaceId}`);
      expect(await ask(token(forApplication(applicationId)))).toBe(`Hello, application ${applicationId}`);
      expect(JSON.parse(await ask(token({}, foreignKey)))).toEqual({ statusCode: 401, message: 'Unauthorized' });
    });

    it('read the variables from ConfigService', async () => {
      running = await startApp('fastify', AsyncConfiguration);
      expect(running.logs.map(({ message }) => message)).toContain(
        'Private container: 0 handlers guarded, 0 exempt, 0 not covered',
      );
    });
  });
});
