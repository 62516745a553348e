import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issued, ScriptedServer } from './helpers/scripted-server.js';

const server = new ScriptedServer([issued()]);
let directory: string;
let SCW_CONFIG_PATH: string;

beforeAll(async () => {
  const apiUrl = await server.start();
  directory = await mkdtemp(join(tmpdir(), 'scaleway-credentials-'));
  SCW_CONFIG_PATH = join(directory, 'config.yaml');
  await writeFile(SCW_CONFIG_PATH, `secret_key: top-secret\ndefault_region: nl-ams\napi_url: ${apiUrl}/\n`);
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

describe('the built package, as ESM and as CommonJS', () => {
  const run = promisify(execFile);
  const programs = {
    esm: (entry: string) => `import(${JSON.stringify(entry)}).then(use)`,
    cjs: (entry: string) => `use(require(${JSON.stringify(entry)}))`,
  };

  async function issueFrom(build: 'esm' | 'cjs', entry: string): Promise<string> {
    const use = `const use = ({ ScalewayTokenClient }) => new ScalewayTokenClient().issueJwt({ containerId: 'C' })
      .then(() => console.log('issued'), (error) => console.log(error.name, error.message));`;
    const { stdout } = await run(process.execPath, ['-e', `${use}${programs[build](entry)}`], {
      env: { PATH: process.env['PATH'], SCW_CONFIG_PATH },
    });
    return stdout.trim();
  }

  it.each(['esm', 'cjs'] as const)('reads the file with the optional package (%s)', async (build) => {
    const entry = join(process.cwd(), 'dist', build, 'platform', 'index.js');
    expect(await issueFrom(build, entry)).toBe('issued');
    expect(server.seen.at(-1)?.headers['x-auth-token']).toBe('top-secret');
  });

  it.each(['esm', 'cjs'] as const)('says what to install when yaml is absent (%s)', async (build) => {
    const copy = join(directory, build);
    await cp(join(process.cwd(), 'dist', build), copy, { recursive: true });
    await writeFile(join(copy, 'package.json'), JSON.stringify({ type: build === 'esm' ? 'module' : 'commonjs' }));
    expect(await issueFrom(build, join(copy, 'platform', 'index.js'))).toMatch(
      /ScalewayPlatformError .*npm install yaml.*SCW_SECRET_KEY/u,
    );
  });
});
