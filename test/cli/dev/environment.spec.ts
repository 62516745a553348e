import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cleanEnvironment, freePort } from '../../support/process.js';
import { commandFile, MAIN, occupy8080, Run } from './support.js';

describe('dev', () => {
  const runs: Run[] = [];
  let port: number;

  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(() => {
    for (const run of runs.splice(0)) run.kill();
  });

  const dev = (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const all = { ...cleanEnvironment(), PORT: String(port), ...env };
    const run = new Run(process.execPath, [MAIN, 'dev', ...args], { env: all });
    runs.push(run);
    return run;
  };
  const environment = async (run: Run) => {
    await run.exitCode();
    return JSON.parse(run.stdout) as NodeJS.ProcessEnv;
  };
  const printEnvironment = ['--', process.execPath, commandFile('environment')];

  it('gives the command what Scaleway gives a private container', async () => {
    const args = ['--platform-port', '0', '--namespace-id', 'my-ns', '--container-id', 'my-app'];
    const env = await environment(dev([...args, ...printEnvironment], { MINE: 'kept' }));
    expect(env).toMatchObject({
      SCW_PUBLIC: 'false',
      SCW_NAMESPACE_ID: 'my-ns',
      SCW_APPLICATION_ID: 'my-app',
      PORT: String(port),
      MINE: 'kept',
    });
    expect(env['SCW_PUBLIC_KEY']).toMatch(/^-----BEGIN RSA PUBLIC KEY-----\n[^]+\n-----END RSA PUBLIC KEY-----\n$/);
    expect(env['SCW_PUBLIC_KEY']).toHaveLength(775);
  });

  it("keeps the shell's Scaleway settings from the command", async () => {
    const names = [
      'SECRET_KEY',
      'ACCESS_KEY',
      'PROFILE',
      'API_URL',
      'CONFIG_PATH',
      'DEFAULT_REGION',
      'DEFAULT_PROJECT_ID',
    ];
    const shell = Object.fromEntries(names.map((name) => [`SCW_${name}`, 'mine']));
    const run = dev(['--platform-port', '0', ...printEnvironment], {
      ...shell,
      SCW_PUBLIC: 'true',
      SCW_PUBLIC_KEY: 'mine',
    });
    const env = await environment(run);
    expect(
      Object.keys(env)
        .filter((name) => name.startsWith('SCW_'))
        .toSorted(),
    ).toEqual(['SCW_APPLICATION_ID', 'SCW_NAMESPACE_ID', 'SCW_PUBLIC', 'SCW_PUBLIC_KEY']);
    expect(Object.values(env)).not.toContain('mine');
    expect(run.stdout + run.stderr).not.toContain('mine');
  });

  it('adds to the environment only what has Node load the reporter, and keeps NODE_OPTIONS of the shell', async () => {
    const shell = { NODE_OPTIONS: '--max-http-header-size=20000' };
    const env = await environment(dev(['--platform-port', '0', ...printEnvironment], shell));
    const added = Object.keys(env).filter((name) => !(name in cleanEnvironment()));
    expect(added.toSorted()).toEqual([
      'NESTJS_SCALEWAY_AUTH_REPORT_TO',
      'NODE_OPTIONS',
      'PORT',
      'SCW_APPLICATION_ID',
      'SCW_NAMESPACE_ID',
      'SCW_PUBLIC',
      'SCW_PUBLIC_KEY',
    ]);
    expect(env['NODE_OPTIONS']).toMatch(/^--max-http-header-size=20000 --require ".+report-refusals\.cjs"$/);
  });

  it('loads no reporter when told so, or where Node would refuse to read it', async () => {
    const reporter = (env: NodeJS.ProcessEnv) => [env['NODE_OPTIONS'], env['NESTJS_SCALEWAY_AUTH_REPORT_TO']];
    const silent = dev(['--platform-port', '0', ...printEnvironment], { NESTJS_SCALEWAY_AUTH_REPORT_TO: '' });
    expect(reporter(await environment(silent))).toEqual([undefined, '']);
    const isStable = process.allowedNodeEnvironmentFlags.has('--permission');
    const permission = isStable ? '--permission' : '--experimental-permission';
    const flags = [permission, '--allow-fs-read=*', '--no-warnings'];
    const own = ['--', process.execPath, ...flags, commandFile('environment')];
    const restricted = dev(['--platform-port', '0', ...own], { PORT: String(await freePort()) });
    expect(reporter(await environment(restricted))).toEqual([undefined, undefined]);
  });

  it('makes fresh ids, keys and secrets for each run', async () => {
    const seen = await Promise.all(
      [await freePort(), await freePort()].map(async (own) => {
        const run = dev(['--platform-port', '0', ...printEnvironment], { PORT: String(own) });
        const env = await environment(run);
        return [env['SCW_NAMESPACE_ID'], env['SCW_APPLICATION_ID'], env['SCW_PUBLIC_KEY'], secretOf(run)];
      }),
    );
    expect(new Set(seen.flat()).size).toBe(8);
  });

  it('prints, on stderr, an export line with which another terminal issues tokens', async () => {
    const secret = '33333333-3333-4333-8333-333333333333';
    const platformPort = await freePort();
    const args = ['--platform-port', String(platformPort), '--container-id', 'my-app', '--secret-key', secret];
    const run = dev([...args, '--', process.execPath, commandFile('report-signals')]);
    await run.shows('is ready');
    expect(run.stderr).toMatch(
      new RegExp(
        `^export SCW_API_URL=http://127.0.0.1:${platformPort} SCW_ACCESS_KEY=SCWA{17} SCW_SECRET_KEY=${secret} ` +
          'SCW_DEFAULT_REGION=fr-par SCW_DEFAULT_PROJECT_ID=[\\da-f-]{36}$',
        'm',
      ),
    );
    expect(run.stderr).toContain(`\nConsole: http://127.0.0.1:${platformPort}/#${secret}\n`);
    const url = `http://127.0.0.1:${platformPort}/containers/v1beta1/regions/fr-par/issue-jwt?container_id=my-app`;
    const reply = await fetch(url, { headers: { 'X-Auth-Token': secret } });
    expect(await reply.json()).toMatchObject({ token: expect.stringMatching(/^eyJ/), container_id: 'my-app' });
    run.child.kill('SIGTERM');
    expect(await run.exitCode()).toBe(5);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(run.stdout).not.toContain('export');
  });

  it("takes the container's port from PORT, 8080 when it is empty or unset", async () => {
    const occupant = await occupy8080();
    try {
      const run = dev(['--platform-port', '0', ...printEnvironment], { PORT: '' });
      expect(await run.exitCode()).toBe(1);
      expect(run.stderr).toContain('Port 8080');
    } finally {
      occupant.close();
    }
  });

  it.each(['0.0.0.0', '127.0.0.1', '::', '::1'])(
    'names the port of the container that is in use on %s, and starts nothing',
    async (host) => {
      const occupant = createServer();
      occupant.listen({ host, port, ipv6Only: host.includes(':') });
      await once(occupant, 'listening');
      const run = dev(['--platform-port', '0', ...printEnvironment]);
      const code = await run.exitCode();
      occupant.close();
      expect({ code, stdout: run.stdout }).toEqual({ code: 1, stdout: '' });
      expect(run.stderr).toMatch(new RegExp(`Port ${port}, .+ is in use: .*PORT`));
    },
  );

  it('names the port of the platform that is in use, and starts nothing', async () => {
    const platformPort = await freePort();
    const occupant = createServer().listen(platformPort, '127.0.0.1');
    await once(occupant, 'listening');
    const run = dev(['--platform-port', String(platformPort), ...printEnvironment]);
    const code = await run.exitCode();
    occupant.close();
    expect({ code, stdout: run.stdout }).toEqual({ code: 1, stdout: '' });
    expect(run.stderr).toMatch(new RegExp(`port ${platformPort} .+ is in use`));
  });

  it('lets the command read what dev is given on stdin', async () => {
    const echo = 'process.stdin.pipe(process.stdout)';
    const run = dev(['--platform-port', '0', '--', process.execPath, '-e', echo]);
    run.child.stdin?.end('from stdin');
    expect(await run.exitCode()).toBe(0);
    expect(run.stdout).toBe('from stdin');
  });
});

function secretOf(run: Run): string | undefined {
  return /SCW_SECRET_KEY=(\S+)/.exec(run.stderr)?.[1];
}
