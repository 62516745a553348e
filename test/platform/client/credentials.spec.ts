import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScalewayTokenClient, type ScalewayTokenClientOptions } from 'nestjs-scaleway-auth/platform';
import { refusalOf, withEnvironment } from './helpers/environment.js';
import { issued, ScriptedServer } from './helpers/scripted-server.js';

const server = new ScriptedServer([issued()]);
let apiUrl: string;
let directory: string;
let SCW_CONFIG_PATH: string;

beforeAll(async () => {
  apiUrl = await server.start();
  directory = await mkdtemp(join(tmpdir(), 'scaleway-credentials-'));
  SCW_CONFIG_PATH = join(directory, 'config.yaml');
  await writeFile(join(directory, 'broken.yaml'), 'secret_key: [top-secret\n: x');
  await writeFile(
    SCW_CONFIG_PATH,
    `# made by scw init
access_key: SCWXXXXXXXXXXXXXXXXX
secret_key: top-secret
default_region: nl-ams
api_url: ${apiUrl}/
profiles:
  staging:
    secret_key: "staging-secret" # quoted
  zoned:
    default_zone: pl-waw-2
  hostile:
    secret_key: hostile
    api_url: http://example.com
`,
  );
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Which key went to which region. */
async function sent(variables: Record<string, string>, options: ScalewayTokenClientOptions = {}): Promise<string> {
  await withEnvironment(variables, () => new ScalewayTokenClient(options).issueJwt({ containerId: 'C' }));
  const request = server.seen.at(-1);
  return `${String(request?.headers['x-auth-token'])} ${request?.url.split('/')[4]}`;
}

describe('credentials are found', () => {
  it('in the options, before the environment', async () => {
    const variables = { SCW_SECRET_KEY: 'no', SCW_DEFAULT_REGION: 'nl-ams', SCW_API_URL: 'http://127.0.0.1:9' };
    expect(await sent(variables, { secretKey: 'mine', region: 'fr-par', apiUrl })).toBe('mine fr-par');
  });

  it('in the environment, before the file, without an access key', async () => {
    const variables = { SCW_SECRET_KEY: 'env', SCW_DEFAULT_REGION: 'fr-par', SCW_API_URL: apiUrl, SCW_CONFIG_PATH };
    expect(await sent(variables)).toBe('env fr-par');
    expect(await sent({ ...variables, SCW_PROFILE: 'staging' })).toBe('env fr-par');
  });

  it('in the file, each value that is missing', async () => {
    expect(await sent({ SCW_CONFIG_PATH })).toBe('top-secret nl-ams');
    expect(await sent({ SCW_CONFIG_PATH, SCW_SECRET_KEY: 'env' })).toBe('env nl-ams');
    expect(await sent({ SCW_CONFIG_PATH }, { region: 'pl-waw' })).toBe('top-secret pl-waw');
  });

  it('in a profile laid over the top of the file: by option, by SCW_PROFILE', async () => {
    expect(await sent({ SCW_CONFIG_PATH, SCW_PROFILE: 'staging' })).toBe('staging-secret nl-ams');
    expect(await sent({ SCW_CONFIG_PATH, SCW_PROFILE: 'zoned' }, { profile: 'staging' })).toBe('staging-secret nl-ams');
    expect(await sent({ SCW_CONFIG_PATH, SCW_PROFILE: 'default' })).toBe('top-secret nl-ams');
  });

  it("in the file's active profile, and its region in the default zone", async () => {
    const path = join(directory, 'active.yaml');
    const profiles = 'profiles:\n  zoned:\n    secret_key: zoned-secret\n    default_zone: pl-waw-2\n';
    await writeFile(path, `active_profile: zoned\napi_url: ${apiUrl}\n${profiles}`);
    expect(await sent({ SCW_CONFIG_PATH: path })).toBe('zoned-secret pl-waw');
  });

  it('in a pipe, active profile and all', async () => {
    const path = join(directory, 'pipe');
    await promisify(execFile)('mkfifo', [path]);
    const content = `active_profile: piped\napi_url: ${apiUrl}\nprofiles:\n  piped:\n    secret_key: 'piped-secret'\n    default_region: fr-par\n`;
    // In a process of its own: the read blocks this one.
    const writing = promisify(execFile)('sh', ['-c', 'printf %s "$1" >"$2"', 'sh', content, path]);
    expect(await sent({ SCW_CONFIG_PATH: path })).toBe('piped-secret fr-par');
    await writing;
  });

  it('in the usual place, without SCW_CONFIG_PATH', async () => {
    await cp(SCW_CONFIG_PATH, join(directory, 'scw', 'config.yaml'));
    expect(await sent({ XDG_CONFIG_HOME: directory })).toBe('top-secret nl-ams');
  });

  it('again when an earlier call brought its region along', async () => {
    await withEnvironment({ SCW_CONFIG_PATH, SCW_SECRET_KEY: 'env', SCW_API_URL: apiUrl }, async () => {
      const client = new ScalewayTokenClient();
      await client.issueJwt({ containerId: 'C' }, { region: 'fr-par' });
      await client.issueJwt({ containerId: 'C' });
      expect(server.seen.at(-1)?.url).toContain('/regions/nl-ams/');
    });
  });
});

describe('what is missing is named, with the remedy', () => {
  it.each<[string, () => Record<string, string>, ScalewayTokenClientOptions, RegExp]>([
    ['no key', () => ({}), {}, /SCW_SECRET_KEY.*scw init.*secretKey.*reserved/u],
    ['no region', () => ({ SCW_SECRET_KEY: 'env' }), {}, /SCW_DEFAULT_REGION/u],
    [
      'no file for a profile',
      () => ({ SCW_CONFIG_PATH: '/nonexistent/c.yaml' }),
      { profile: 'p' },
      /"p".*\/nonexistent/u,
    ],
    ['no such profile', () => ({ SCW_CONFIG_PATH }), { profile: 'prod' }, /no profile "prod".*staging, zoned/u],
    ['a profile named like a method', () => ({ SCW_CONFIG_PATH }), { profile: 'toString' }, /no profile "toString"/u],
    ['no YAML', () => ({ SCW_CONFIG_PATH: join(directory, 'broken.yaml') }), {}, /broken.yaml cannot be read\.$/u],
    ['a directory', () => ({ SCW_CONFIG_PATH: directory }), {}, /cannot be read/u],
    ['a URL in the file that is not safe', () => ({ SCW_CONFIG_PATH }), { profile: 'hostile' }, /hostile of .*https/u],
  ])('%s', async (_name, variables, options, message) => {
    const issue = (): Promise<unknown> => new ScalewayTokenClient(options).issueJwt({ containerId: 'C' });
    const error = await withEnvironment(variables(), () => refusalOf(issue()));
    expect(error).toMatchObject({ reason: 'configuration', message: expect.stringMatching(message) });
  });
});
