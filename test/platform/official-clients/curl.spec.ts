import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform, type LocalContainer } from 'nestjs-scaleway-auth/platform';
import { SampleContainer } from './sample-container.js';

const curl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0;
if (!curl) console.warn("SKIPPED: the test of the documentation's curl line needs curl.");

// As Scaleway's documentation has it.
const LINE =
  "curl --location --request GET 'https://api.scaleway.com/functions/v1beta1/regions/fr-par/issue-jwt?namespace_id={id}&expires_at=2022-06-22T00%3A00%3A00Z' --header 'X-Auth-Token: {key}'";

(curl ? describe : describe.skip)("the documentation's curl line, with only host, ids and key replaced", () => {
  const platform = new LocalScalewayPlatform();
  let container: LocalContainer;
  let sample: SampleContainer;

  beforeAll(async () => {
    await platform.start();
    container = platform.addContainer(await platform.addNamespace());
    sample = await SampleContainer.start(platform.environmentOf(container));
  });
  afterAll(async () => {
    await sample?.stop();
    await platform.stop();
  });

  const issue = async (line: string, id: string) => {
    const ours = line.replace('https://api.scaleway.com', platform.url).replace('{id}', id);
    const shell = spawn('sh', ['-c', ours.replace('{key}', platform.secretKey)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [output] = await Promise.all([text(shell.stdout), once(shell, 'exit')]);
    return JSON.parse(output) as { token: string; public_key: string };
  };

  it('gives a token that had expired by then, as asked, and the sample refuses it', async () => {
    const { token, public_key: publicKey } = await issue(LINE, container.namespace.id);
    expect(publicKey).toBe(container.namespace.publicKey);
    expect((await sample.whoami(token)).status).toBe(401);
  });

  it('gives a token that opens the sample when the year is a later one', async () => {
    const line = LINE.replace('2022', '2050');
    expect((await sample.whoami((await issue(line, container.namespace.id)).token)).status).toBe(200);
    const ofContainer = line.replace('namespace_id', 'container_id');
    expect(await sample.whoami((await issue(ofContainer, container.id)).token)).toMatchObject({
      status: 200,
      body: { applicationId: container.id, scope: 'application' },
    });
  });
});
