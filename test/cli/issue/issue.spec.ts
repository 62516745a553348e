import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, ScalewayTokenClient } from 'nestjs-scaleway-auth/platform';
import { issued, json, ScriptedServer, shapedToken } from '../../platform/client/helpers/scripted-server.js';
import { selfSigned } from '../../platform/client/helpers/self-signed.js';
import { runIssue } from './run-issue.js';

const platform = new LocalScalewayPlatform();
let env: Record<string, string>;
let ids: Record<'namespace' | 'container' | 'function', string>;
let publicKey: string;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'issue-'));
  await platform.start();
  const namespace = await platform.addNamespace();
  ({ publicKey } = namespace);
  const { id: container } = platform.addContainer(namespace);
  ids = { namespace: namespace.id, container, function: platform.addFunction(namespace).id };
  env = { SCW_SECRET_KEY: platform.secretKey, SCW_API_URL: platform.url, SCW_DEFAULT_REGION: 'fr-par' };
});

afterAll(async () => {
  await platform.stop();
  await rm(directory, { recursive: true });
});

function claimsOf(token: string): Record<string, unknown> {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const key = createPublicKey(publicKey);
  expect(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

const TOKEN_ALONE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/u;

describe('a token', () => {
  it.each([
    ['--container-id', () => ids.container, () => ({ namespace_id: '', application_id: ids.container })],
    ['--namespace-id', () => ids.namespace, () => ({ namespace_id: ids.namespace, application_id: '' })],
    ['--function-id', () => ids.function, () => ({ namespace_id: '', application_id: ids.function })],
    ['--function-namespace-id', () => ids.namespace, () => ({ namespace_id: ids.namespace, application_id: '' })],
  ])('for %s is alone on stdout', async (option, id, claim) => {
    const { code, stdout, stderr } = await runIssue([option, id(), '--expires-in', '12h'], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(TOKEN_ALONE);
    const { application_claim: claims, exp } = claimsOf(stdout.trim());
    expect(claims).toEqual([claim()]);
    expect(Math.abs(Number(exp) - Date.now() / 1000 - 12 * 3600)).toBeLessThan(20);
  });

  it('without an expiry comes with a warning on stderr, uncoloured outside a terminal', async () => {
    const { code, stdout, stderr } = await runIssue(['--container-id', ids.container], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(TOKEN_ALONE);
    expect(claimsOf(stdout.trim())).not.toHaveProperty('exp');
    expect(stderr).toBe('This token never expires. For one that does, add for example --expires-in 12h.\n');
  });

  it('ends at the time given, in any zone', async () => {
    const { stdout } = await runIssue(
      ['--container-id', ids.container, '--expires-at', '2099-01-31T20:00:00+02:00'],
      env,
    );
    expect(claimsOf(stdout.trim())['exp']).toBe(Date.parse('2099-01-31T18:00:00Z') / 1000);
  });

  it('as JSON comes with the public key and the times', async () => {
    const args = ['--json', '--container-id', ids.container, '--expires-at', '2099-01-31T18:00:00Z'];
    const { stdout } = await runIssue(args, env);
    expect(JSON.parse(stdout)).toEqual({
      token: expect.stringMatching(/^eyJ/u),
      public_key: publicKey,
      issued_at: expect.stringMatching(/Z$/u),
      expires_at: '2099-01-31T18:00:00.000Z',
    });
  });

  it('comes from the tokens API, with its record', async () => {
    const args = ['--api', 'tokens', '--container-id', ids.container, '--expires-in', '1h'];
    const { code, stdout, stderr } = await runIssue(args, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { jti } = claimsOf(stdout.trim());
    const client = new ScalewayTokenClient({ secretKey: platform.secretKey, region: 'fr-par', apiUrl: platform.url });
    expect(await client.getToken(String(jti))).toMatchObject({ description: 'nestjs-scaleway-auth issue' });
    const asJson = JSON.parse((await runIssue([...args, '--json'], env)).stdout) as { id: string; token: string };
    expect(asJson.id).toBe(claimsOf(asJson.token)['jti']);
  });

  it('fits $(...) of a shell', async () => {
    const script = 'node dist/esm/cli/main.js issue --container-id "$ID" --expires-in 5m | wc -c';
    const { stdout } = await promisify(execFile)('sh', ['-c', `printf %s "$(${script})"`], {
      env: { PATH: process.env['PATH'], ID: ids.container, ...env },
    });
    expect(Number(stdout)).toBeGreaterThan(1000);
  });

  it('takes API URL and region from options, and key and the rest from a profile', async () => {
    const path = join(directory, 'config.yaml');
    await writeFile(path, `profiles:\n  mine:\n    secret_key: ${platform.secretKey}\n    default_region: nl-ams\n`);
    const args = [
      '--container-id',
      ids.container,
      '--expires-in',
      '1s',
      '--profile',
      'mine',
      '--api-url',
      platform.url,
    ];
    const { code, stdout, stderr } = await runIssue([...args, '--region', 'pl-waw'], { SCW_CONFIG_PATH: path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(TOKEN_ALONE);
    const both = await runIssue(args, { SCW_CONFIG_PATH: path, SCW_SECRET_KEY: platform.secretKey });
    expect(both.stderr).toMatch(/^SCW_SECRET_KEY is set and overrides the profile/u);
  });

  it('comes over a private certificate authority that Node was told of, and not otherwise', async () => {
    const tls = selfSigned();
    const server = new ScriptedServer([issued()], tls);
    const SCW_API_URL = await server.start();
    const authority = join(directory, 'authority.pem');
    await writeFile(authority, tls.cert);
    const args = ['--container-id', 'C', '--expires-in', '1h'];
    const untold = await runIssue(args, { ...env, SCW_API_URL });
    expect(untold).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    const told = await runIssue(args, { ...env, SCW_API_URL, NODE_EXTRA_CA_CERTS: authority });
    expect(told).toEqual({ code: 0, stdout: `${shapedToken()}\n`, stderr: '' });
    await server.stop();
  });
});

describe('a failure', () => {
  it('is one readable line, exit 1, nothing on stdout', async () => {
    const args = ['--container-id', ids.namespace, '--expires-in', '1h'];
    const { code, stdout, stderr } = await runIssue(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^nestjs-scaleway-auth issue: Scaleway found nothing with this id in fr-par \(404\).*\n$/u);
  });

  it.each<[string, number, string[], string]>([
    ['what issue-jwt answers when it is switched off', 410, [], 'Use the tokens API instead (--api tokens), or `scw'],
    ['what the API says of an unknown id', 404, ['--api', 'tokens'], 'the region (--region)'],
  ])('names the flags of the command: %s', async (_name, status, more, words) => {
    const server = new ScriptedServer([json(status, {}, { 'x-request-id': 'req-7' })]);
    const args = ['--container-id', 'C', '--expires-in', '1h', ...more];
    const { code, stdout, stderr } = await runIssue(args, { ...env, SCW_API_URL: await server.start() });
    await server.stop();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).toContain('X-Request-Id: req-7');
    expect(stderr).not.toMatch(/option region|createToken/u);
  });

  it('names the flags when the region or the key is missing, and offers none for the key', async () => {
    const args = ['--container-id', 'C'];
    const noRegion = await runIssue(args, { SCW_SECRET_KEY: platform.secretKey });
    expect(noRegion.stderr).toMatch(/No Scaleway region \(.*\): pass --region, or set SCW_DEFAULT_REGION/u);
    const noKey = await runIssue(args, {});
    expect(noKey.stderr).toMatch(/set SCW_SECRET_KEY, or run `scw init` \(no key in [^ ]+\)\.\n$/u);
  });

  it('says nothing of a token that never expires when there is none', async () => {
    const { code, stderr } = await runIssue(['--container-id', ids.namespace], env);
    expect(code).toBe(1);
    expect(stderr).not.toContain('never expires');
  });

  it('asks whether dev still runs when nothing listens on this machine', async () => {
    const server = new ScriptedServer([]);
    const variables = { ...env, SCW_API_URL: await server.start() };
    await server.stop();
    const { stderr } = await runIssue(['--container-id', 'C', '--expires-in', '1h'], variables);
    expect(stderr).toContain('`npx nestjs-scaleway-auth dev`');
  });

  it('never shows the key', async () => {
    const malformed = await runIssue(['--container-id', 'C', '--expires-in', '1h'], {
      ...env,
      SCW_SECRET_KEY: 'hush\nhush',
    });
    expect(malformed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('malformed') });
    expect(malformed.stderr).not.toContain('hush');
    const unknown = { ...env, SCW_SECRET_KEY: '5ec2e700-0000-4000-8000-000000000000' };
    const refused = await runIssue(['--container-id', ids.container, '--expires-in', '1h'], unknown);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('401') });
    expect(refused.stderr).not.toContain('5ec2e7');
  });
});

describe('the command line', () => {
  it.each([
    ['no target', []],
    ['two targets', ['--container-id', 'a', '--namespace-id', 'b']],
    ['one target twice', ['--container-id', 'a', '--container-id', 'b']],
    ['an empty id', ['--container-id', '']],
    ['an id with a slash', ['--container-id', 'fr-par/a']],
    ['a missing value', ['--container-id']],
    ['an option for a value', ['--container-id', '--json']],
    ['an unknown option', ['--container-id', 'a', '--secret-key', 'hush']],
    ['a stray argument', ['--container-id', 'a', 'eyJ.hush']],
    ['a value for --json', ['--container-id', 'a', '--json=hush']],
    ['two expiries', ['--container-id', 'a', '--expires-in', '1h', '--expires-at', '2099-01-01T00:00:00Z']],
    ['a past expiry', ['--container-id', 'a', '--expires-at', '2020-01-01T00:00:00Z']],
    ['an expiry without a zone', ['--container-id', 'a', '--expires-at', '2099-01-01']],
    ['a duration of nothing', ['--container-id', 'a', '--expires-in', '0s']],
    ['a duration without a unit', ['--container-id', 'a', '--expires-in', '12']],
    ['a negative duration', ['--container-id', 'a', '--expires-in=-1h']],
    ['an endless duration', ['--container-id', 'a', '--expires-in', '99999d']],
    ['an api that is none', ['--container-id', 'a', '--api', 'jwt']],
    ['a region that is none', ['--container-id', 'a', '--region', 'paris']],
    ['a URL that is not safe', ['--container-id', 'a', '--api-url', 'http://example.com']],
  ])('%s: usage on stderr and exit 2', async (_name, args) => {
    const { code, stdout, stderr } = await runIssue(args, env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^nestjs-scaleway-auth issue: .+$/mu);
    expect(stderr).toContain('Usage: nestjs-scaleway-auth issue');
    expect(stderr).not.toContain('hush');
  });

  it('--help shows examples on stdout', async () => {
    const { code, stdout, stderr } = await runIssue(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: .*Examples:\n {2}nestjs-scaleway-auth issue/su);
  });
});
