import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ScalewayTokenClient, ScalewayTokenSource } from 'nestjs-scaleway-auth/platform';
import { refusalOf, withEnvironment } from './helpers/environment.js';
import { json, ScriptedServer, shapedToken, type Step } from './helpers/scripted-server.js';

const SECRET = '5ec2e700-0000-4000-8000-000000000000';
let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

async function client(step: Step): Promise<ScalewayTokenClient> {
  server = new ScriptedServer([step]);
  return new ScalewayTokenClient({ secretKey: SECRET, region: 'fr-par', apiUrl: await server.start(), retries: 0 });
}

function everythingOf(value: unknown): string {
  const shown = inspect(value, { depth: 20, showHidden: true, getters: true });
  return `${shown}\n${JSON.stringify(value)}\n${String(value)}`;
}

describe('the secret key never shows', () => {
  it.each(['issue-jwt', 'tokens'] as const)('in the client or the source (%s)', async (api) => {
    const iat = Math.floor(Date.now() / 1000);
    const reply = { id: 'T', status: 'creating', token: shapedToken({ iat, exp: iat + 3600 }), tokens: [] };
    const asked = await client(json(200, reply));
    const source = new ScalewayTokenSource({ target: { containerId: 'C' }, client: asked, api });
    const waiting = source.token();
    const before = everythingOf(source);
    const token = await waiting;
    const closed = source.close();
    for (const shown of [before, everythingOf(asked), everythingOf(source)]) {
      expect(shown).not.toContain(SECRET);
      expect(shown).not.toContain(token);
      expect(shown).not.toContain('eyJ');
    }
    await closed;
  });

  const echo = (status: number): Step => {
    return (response, request) => {
      const key = String(request.headers['x-auth-token']);
      const text = `your key ${key} and token ${shapedToken()}`;
      const details = [{ argument_name: text, reason: key, help_message: `${'y'.repeat(290)}${key}` }];
      json(status, { message: text, details, resource: text }, { 'x-request-id': key })(response, request);
    };
  };

  it.each([400, 401, 403, 404, 405, 409, 429, 503])('in the error when the API echoes it (%i)', async (status) => {
    const shown = everythingOf(await refusalOf((await client(echo(status))).issueJwt({ containerId: 'C' })));
    expect(shown).not.toContain(SECRET.slice(0, 8));
    expect(shown).not.toContain(shapedToken().slice(0, 30));
  });

  it.each<[string, (key: string) => string]>([
    ['in upper case', (key) => key.toUpperCase()],
    ['without dashes', (key) => key.replaceAll('-', '')],
    ['with other dashes', (key) => key.replaceAll('-', '\u2013')],
    ['with line breaks', (key) => key.replaceAll('-', '\r\n-')],
    ['with a token that lost its signature', () => shapedToken().split('.').slice(0, 2).join('.')],
    ['with the payload of a token', () => shapedToken().split('.')[1]!],
  ])('in the error when the API echoes it %s', async (_name, spell) => {
    const secretKey = 'aBcDef12-3456-4789-8abc-def012345678';
    const spelt = spell(secretKey);
    const header = spelt.replaceAll(/[^\w.-]/gu, '');
    server = new ScriptedServer([json(401, { message: `got ${spelt} instead` }, { 'x-request-id': header })]);
    const asked = new ScalewayTokenClient({ secretKey, region: 'fr-par', apiUrl: await server.start(), retries: 0 });
    const error = await refusalOf(asked.issueJwt({ containerId: 'C' }));
    expect(error.message).toMatch(/got <(?:secret key|token)>/u);
    expect(
      everythingOf(error)
        .toLowerCase()
        .replaceAll(/[^\w.]/gu, ''),
    ).not.toContain('abcdef1234564789');
    expect(everythingOf(error)).not.toContain('eyJ');
    expect(error['details']).toMatchObject({ requestId: undefined });
  });

  it.each([SECRET, SECRET.replaceAll('-', ''), shapedToken(), 'a\nb', 'a\u001b[31mb', 'a b', '../b', 'x'.repeat(101)])(
    'in the log, nor a control character, when the id of a record is %j',
    async (id) => {
      const iat = Math.floor(Date.now() / 1000);
      const reply = { id, status: 'ready', token: shapedToken({ iat, exp: iat + 3600 }) };
      const warnings: string[] = [];
      const logger = { warn: (message: string): unknown => warnings.push(message) };
      const asked = await client((response, { method }) =>
        json(method === 'DELETE' ? 403 : 200, method === 'GET' ? { tokens: [] } : reply)(response, {} as never),
      );
      const source = new ScalewayTokenSource({ target: { containerId: 'C' }, client: asked, api: 'tokens', logger });
      const error = await refusalOf(source.token());
      await source.close();
      expect(error).toMatchObject({ reason: 'unexpected_reply' });
      expect(`${warnings.join('')}${error.message}`).not.toContain(id);
    },
  );

  it('in the status of a record, which is put into an error', async () => {
    const asked = await client(json(200, { id: 'T', status: SECRET }));
    expect(await asked.getToken('T')).toMatchObject({ status: '<secret key>' });
  });

  const raw: Step = (response, request) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\n${String(request.headers['x-auth-token'])}\r\n\r\n`);
  };

  it.each<[string, Step]>([
    [
      'in a redirect',
      (response, request) => {
        response.writeHead(302, { location: `https://localhost/${String(request.headers['x-auth-token'])}` }).end();
      },
    ],
    ['in a body that is no JSON', (response, request) => void response.end(String(request.headers['x-auth-token']))],
    ['in a header that is none', raw],
  ])('in the error when the API echoes it %s', async (_name, step) => {
    const error = await refusalOf((await client(step)).issueJwt({ containerId: 'C' }));
    expect(everythingOf(error)).not.toContain(SECRET);
  });

  const malformed = [
    'line\nbreak-5ec2e7',
    '5ec2e7 ',
    '\t5ec2e7',
    'ünïcode-5ec2e7',
    '5ec2e7\0',
    `5ec2e7${'x'.repeat(300)}`,
  ];

  it.each(malformed)('when it is malformed: %j', async (secretKey) => {
    const construct = async (): Promise<unknown> => new ScalewayTokenClient({ secretKey });
    const fromVariable = (): Promise<unknown> =>
      new ScalewayTokenClient({ region: 'fr-par' }).issueJwt({ containerId: 'C' });
    const errors = [await refusalOf(construct())];
    if (!secretKey.includes('\0')) {
      errors.push(await withEnvironment({ SCW_SECRET_KEY: secretKey }, () => refusalOf(fromVariable())));
    }
    for (const error of errors) {
      expect(error).toMatchObject({ reason: 'configuration' });
      expect(everythingOf(error)).not.toContain('5ec2e7');
    }
  });

  it('when it is an access key', () => {
    expect(() => new ScalewayTokenClient({ secretKey: 'SCWXXXXXXXXXXXXXXXXX' })).toThrow(/looks like an access key/u);
  });
});
