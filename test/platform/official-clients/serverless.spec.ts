import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer } from 'nestjs-scaleway-auth/platform';
import { SampleContainer } from './sample-container.js';

const FOLDER = fileURLToPath(new URL('serverless/', import.meta.url));
const installed = install();

/** What serverless-scaleway-functions has for `serverless jwt`. */
interface ServerlessApi {
  issueJwtNamespace(id: string, expirationDate?: string): Promise<{ token: string; public_key: string }>;
  issueJwtContainer(id: string, expirationDate?: string): Promise<{ token: string; public_key: string }>;
  issueJwtFunction(id: string, expirationDate?: string): Promise<{ token: string; public_key: string }>;
}

(installed ? describe : describe.skip)('serverless-scaleway-functions', () => {
  const platform = new LocalScalewayPlatform();
  let container: LocalContainer;
  let lambda: LocalContainer;
  let containerSample: SampleContainer;
  let functionSample: SampleContainer;

  beforeAll(async () => {
    await platform.start();
    const namespace = await platform.addNamespace();
    container = platform.addContainer(namespace);
    lambda = platform.addFunction(namespace);
    containerSample = await SampleContainer.start(platform.environmentOf(container));
    functionSample = await SampleContainer.start(platform.environmentOf(lambda));
  });
  afterAll(async () => {
    await containerSample?.stop();
    await functionSample?.stop();
    await platform.stop();
  });

  const api = (product: 'Container' | 'Function', key = platform.secretKey): ServerlessApi => {
    const classes = createRequire(`${FOLDER}package.json`)('serverless-scaleway-functions/shared/api') as Record<
      string,
      new (url: string, key: string) => ServerlessApi
    >;
    const Api = classes[`${product}Api`];
    if (!Api) throw new Error(`serverless-scaleway-functions has no ${product}Api any more.`);
    return new Api(`${platform.url}/${product.toLowerCase()}s/v1beta1/regions/fr-par`, key);
  };

  it.each(['Container', 'Function'] as const)('issueJwtNamespace of its %sApi opens both', async (product) => {
    const reply = await api(product).issueJwtNamespace(container.namespace.id);
    expect(Object.keys(reply).toSorted()).toEqual(['public_key', 'token']);
    expect((await containerSample.whoami(reply.token)).status).toBe(200);
    expect((await functionSample.whoami(reply.token)).status).toBe(200);
  });

  it('issueJwtContainer opens the container alone', async () => {
    const { token } = await api('Container').issueJwtContainer(container.id);
    expect((await containerSample.whoami(token)).status).toBe(200);
    expect((await functionSample.whoami(token)).status).toBe(403);
  });

  it('issueJwtFunction opens the function alone', async () => {
    const { token } = await api('Function').issueJwtFunction(lambda.id);
    expect((await functionSample.whoami(token)).status).toBe(200);
    expect((await containerSample.whoami(token)).status).toBe(403);
  });

  it('sends an expiration_date, which is no parameter of the API: the token never expires', async () => {
    const { token } = await api('Container').issueJwtContainer(container.id, '2022-06-22T00:00:00Z');
    expect((await containerSample.whoami(token)).status).toBe(200);
  });

  it('shows what the platform says of a mistake', async () => {
    await expect(api('Container').issueJwtNamespace('nobody')).rejects.toThrow('Namespace was not found');
    await expect(api('Container').issueJwtContainer('')).rejects.toThrow(/invalid argument\(s\)\ncontainer_id: \w/);
    await expect(api('Container', 'no-key').issueJwtContainer(container.id)).rejects.toThrow(
      'authentication is denied',
    );
  });
});

function install(): boolean {
  if (existsSync(`${FOLDER}node_modules/.package-lock.json`)) return true;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = spawnSync('npm', args, { cwd: FOLDER, encoding: 'utf8', timeout: 300_000 });
  if (npm.status === 0) return true;
  // Any other failure is one of this repository, and is to be seen.
  if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(npm.stderr)) {
    throw new Error(`npm ci in ${FOLDER} failed: ${npm.stderr}`);
  }
  console.warn('SKIPPED: the tests of serverless-scaleway-functions need the npm registry, which is not reached.');
  return false;
}
