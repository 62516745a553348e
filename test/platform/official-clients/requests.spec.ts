import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalScalewayPlatform } from 'nestjs-scaleway-auth/platform';
import { SampleContainer } from './sample-container.js';

// What HTTP clients send: the two formats as far as these files use them. Bruno's own CLI and httpYac run them as well.
interface Request {
  readonly url: string;
  readonly token: string;
}

const FOLDER = 'docs/requests';
const read = (path: string) => readFileSync(`${FOLDER}/${path}`, 'utf8');

function fromHttpFile(): { requests: Request[]; variables: Record<string, string> } {
  const text = read('scaleway.http');
  const variables = Object.fromEntries([...text.matchAll(/^@(\w+) = (.+)$/gm)].map(([, name, value]) => [name, value]));
  const requests = [...text.matchAll(/^GET (.+)\nX-Auth-Token: (.+)$/gm)];
  return { requests: requests.map(([, url, token]) => ({ url: url!, token: token! })), variables };
}

function fromBruno(): { requests: Request[]; variables: Record<string, string> } {
  const variables = [...read('bruno/environments/local.bru').matchAll(/^ {2}(\w+): (.+)$/gm)];
  const files = readdirSync(`${FOLDER}/bruno`).filter((name) => name.endsWith('.bru'));
  const requests = files.toSorted().map((name) => {
    const [, url, token] = /^get \{\n {2}url: (\S+)\n[^]+^headers \{\n {2}X-Auth-Token: (\S+)\n/m.exec(
      read(`bruno/${name}`),
    )!;
    return { url: url!, token: token! };
  });
  return { requests, variables: Object.fromEntries(variables.map(([, name, value]) => [name, value])) };
}

describe.each([
  ['the .http file', fromHttpFile()],
  ["Bruno's collection", fromBruno()],
])('%s', (_, { requests, variables }) => {
  const platform = new LocalScalewayPlatform({ secretKey: variables['secretKey']! });
  let sample: SampleContainer;

  beforeAll(async () => {
    await platform.start();
    const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const namespace = await platform.addNamespace({ id: variables['namespaceId']!, keyPair });
    const container = platform.addContainer(namespace, { id: variables['containerId']! });
    sample = await SampleContainer.start(platform.environmentOf(container));
  });
  afterAll(async () => {
    await sample?.stop();
    await platform.stop();
  });

  it("has the three requests of Scaleway's page, which answer", async () => {
    const values: Record<string, string> = { ...variables, platform: platform.url, container: sample.url };
    const filled = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => values[name]!);
    const send = ({ url, token }: Request) => fetch(filled(url), { headers: { 'X-Auth-Token': filled(token) } });
    const [ofNamespace, ofContainer, call, ...more] = requests as [Request, Request, Request];
    expect(more).toEqual([]);
    for (const [issue, scope] of [[ofNamespace, 'namespace'] as const, [ofContainer, 'application'] as const]) {
      const issued = await send(issue);
      values['token'] = ((await issued.json()) as { token: string }).token;
      const answer = await send(call);
      expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ scope })]);
    }
  });
});

it('both are the same requests, with the values of the page about API testers', () => {
  const [http, bruno] = [fromHttpFile(), fromBruno()];
  expect(bruno.requests).toEqual(http.requests);
  expect({ ...bruno.variables, token: 'paste-the-token-here' }).toEqual(http.variables);
  const { secretKey, namespaceId, containerId } = http.variables;
  const line = `dev --secret-key ${secretKey} --namespace-id ${namespaceId} --container-id ${containerId} --`;
  expect(readFileSync('docs/api-tester.md', 'utf8')).toContain(line);
});
