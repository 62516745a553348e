import { afterEach, describe, expect, it } from '@jest/globals';
import { ScalewayTokenClient, type ScalewayTokenClientOptions } from 'nestjs-scaleway-auth/platform';
import { refusalOf } from './helpers/environment.js';
import { issued, json, ScriptedServer, shapedToken, type Step } from './helpers/scripted-server.js';

const SECRET = '5ec2e700-0000-4000-8000-000000000000';
let server: ScriptedServer;

async function client(steps: Step[], options: ScalewayTokenClientOptions = {}): Promise<ScalewayTokenClient> {
  server = new ScriptedServer(steps);
  return new ScalewayTokenClient({
    secretKey: SECRET,
    region: 'fr-par',
    apiUrl: await server.start(),
    retries: 0,
    ...options,
  });
}

afterEach(() => server.stop());

const target = { containerId: 'C' };

describe('refusals become errors to act on', () => {
  it('400 lists what is wrong, argument by argument', async () => {
    const body = {
      type: 'invalid_arguments',
      message: 'invalid argument(s)',
      details: [
        { argument_name: 'expires_at', reason: 'constraint', help_message: 'must be in the future' },
        { argument_name: 'container_id', reason: 'format' },
        'nonsense',
      ],
    };
    const error = await refusalOf((await client([json(400, body)])).issueJwt(target));
    expect(error).toMatchObject({ reason: 'invalid_argument', details: { status: 400 } });
    expect(error.message).toContain('expires_at: constraint, must be in the future; container_id: format;');
    expect(error['details']).toMatchObject({
      problems: [
        { argument: 'expires_at', reason: 'constraint', help: 'must be in the future' },
        { argument: 'container_id', reason: 'format', help: '' },
        { argument: 'an argument', reason: 'invalid', help: '' },
      ],
    });
  });

  it.each([
    [400, { message: 'bad' }, 'invalid_argument', /"bad"/u],
    [401, { type: 'denied_authentication', message: 'denied' }, 'unauthenticated', /key/u],
    [403, { type: 'permissions_denied' }, 'forbidden', /IAM policy/u],
    [404, { message: 'Namespace was not found' }, 'not_found', /Namespace was not found/u],
    [409, { message: 'locked' }, 'refused', /409.*locked/u],
    [429, {}, 'rate_limited', /try again later/u],
    [500, {}, 'server_error', /500/u],
    [503, 'no object', 'server_error', /503/u],
  ])('%i', async (status, body, reason, message) => {
    const error = await refusalOf((await client([json(status, body)])).issueJwt(target));
    const name = 'ScalewayPlatformError';
    expect(error).toMatchObject({ name, reason, details: { status }, message: expect.stringMatching(message) });
  });

  const html: Step = (response) => response.writeHead(404).end('<html>404</html>');

  it.each<[string, Step]>([
    ['404 of a gateway', html],
    ['404 that names the path', json(404, { message: 'no Route for /containers/v1beta1/issue-jwt?container_id=C' })],
    ['405', json(405, { message: 'Method Not Allowed' })],
    ['410', json(410, {})],
    ['501', json(501, {})],
  ])('issue-jwt that seems to be switched off names the other ways: %s', async (_name, step) => {
    const asked = await client([step]);
    const error = await refusalOf(asked.issueJwt(target));
    expect(error).toMatchObject({ reason: 'endpoint_gone', message: expect.stringContaining('may have switched') });
    expect(error.message).toContain("createToken(), or new ScalewayTokenSource({ api: 'tokens' })");
    expect(error.message).toContain('`scw container token create`');
    const forFunction = await refusalOf(asked.issueJwt({ functionId: 'F' }));
    expect(forFunction.message).toContain('createToken()');
    expect(forFunction.message).not.toContain('scw container');
  });

  it.each(['Container was not found', 'Namespace was not found', 'Function was not found'])(
    'issue-jwt that says "%s" is there',
    async (message) => {
      const error = await refusalOf((await client([json(404, { message })])).issueJwt(target));
      expect(error).toMatchObject({ reason: 'not_found', message: expect.stringContaining(message) });
    },
  );

  it('the form of 404 that names its resource apart counts too', async () => {
    const body = { message: 'resource is not found', resource: 'container', resource_id: 'C', type: 'not_found' };
    expect(await refusalOf((await client([json(404, body)])).issueJwt(target))).toMatchObject({ reason: 'not_found' });
  });

  it('the tokens API is never called switched off', async () => {
    const asked = await client([html]);
    expect(await refusalOf(asked.createToken(target))).toMatchObject({ reason: 'not_found' });
    expect(await refusalOf(asked.getToken('T'))).toMatchObject({ reason: 'not_found' });
  });

  it.each<[string, Step]>([
    ['a refusal', json(403, {}, { 'x-request-id': 'b3a1-77' })],
    ['a failure', json(503, {}, { 'x-request-id': 'b3a1-77' })],
    ['issue-jwt that is gone', json(410, {}, { 'x-request-id': 'b3a1-77' })],
    ['a success that is none', json(200, {}, { 'x-request-id': 'b3a1-77' })],
    ['a redirect', json(302, {}, { 'x-request-id': 'b3a1-77', location: 'https://localhost' })],
  ])('%s carries X-Request-Id', async (_name, step) => {
    const error = await refusalOf((await client([step])).issueJwt(target));
    expect(error).toMatchObject({ details: { requestId: 'b3a1-77' } });
    expect(error.message).toMatch(/X-Request-Id: b3a1-77\.$/u);
  });

  it.each(['', 'a b', '\u009b31m', 'x'.repeat(101), '<script>'])('X-Request-Id %j is passed over', async (id) => {
    const error = await refusalOf((await client([json(403, {}, { 'x-request-id': id })])).issueJwt(target));
    expect(error['details']).toEqual({ status: 403 });
    expect(error.message).not.toContain('X-Request-Id');
  });

  it('takes a refusal that is not JSON', async () => {
    const step: Step = (response) => response.writeHead(502).end('<html>Bad gateway</html>');
    const error = await refusalOf((await client([step])).issueJwt(target));
    expect(error).toMatchObject({ reason: 'server_error', details: { status: 502 } });
    expect(error.message).not.toContain('html');
  });

  it('quotes the server without control characters, and briefly', async () => {
    const message = `\u001b[31mred\u001b[0m\r\n${'x'.repeat(5000)}`;
    const error = await refusalOf((await client([json(409, { message })])).issueJwt(target));
    // oxlint-disable-next-line no-control-regex -- their absence is tested
    expect(error.message).not.toMatch(/[\u0000-\u001f]/u);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe('a success that is none', () => {
  const garbage: [string, Step][] = [
    ['no JSON', (response) => response.end('<html>welcome</html>')],
    ['nothing', (response) => response.end()],
    ['an array', json(200, [])],
    ['null', json(200, null)],
    ['no token', json(200, { public_key: 'PEM' })],
    ['a token that is an object', json(200, { token: { a: 1 } })],
    ['a hidden token', json(200, { token: '<hidden>' })],
    ['two parts', json(200, { token: 'a.b' })],
    ['a line break in the token', json(200, { token: `${shapedToken()}\n` })],
    ['a payload that is no JSON', json(200, { token: 'eyJh.bbbb.cccc' })],
    ['a payload that is a list', json(200, { token: `e30.${Buffer.from('[1]').toString('base64url')}.c2ln` })],
    ['a giant token', json(200, { token: `${shapedToken()}${'A'.repeat(10_000)}` })],
    ['no content', (response) => response.writeHead(204).end()],
  ];

  it.each(garbage)('%s', async (_name, step) => {
    const error = await refusalOf((await client([step])).issueJwt(target));
    expect(error).toMatchObject({ name: 'ScalewayPlatformError', reason: 'unexpected_reply' });
    expect(error.message).not.toContain('welcome');
  });

  it.each([
    ['no list', {}],
    ['a record without an id', { tokens: [{ status: 'ready' }] }],
    ['an expiry that is no date', { tokens: [{ id: 'a', status: 'ready', expires_at: 'soon' }] }],
  ])('a page of tokens: %s', async (_name, body) => {
    expect(await refusalOf((await client([json(200, body)])).listTokens())).toMatchObject({
      reason: 'unexpected_reply',
    });
  });

  it('is not read past 1 MiB', async () => {
    let sent = 0;
    const endless: Step = (response) => {
      const chunk = Buffer.alloc(65_536, 0x20);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const error = await refusalOf((await client([endless])).issueJwt(target));
    expect(error).toMatchObject({ reason: 'unexpected_reply', message: expect.stringContaining('1048576 bytes') });
    expect(sent).toBeLessThan(20_000_000);
  });

  it('a list of tokens that never ends is given up', async () => {
    let count = 0;
    const more: Step = (response, request) => {
      count += 1;
      json(200, { total_count: 1e9, tokens: [{ id: `t${count}`, status: 'ready' }] })(response, request);
    };
    const error = await refusalOf((await client([more])).listTokens());
    expect(error).toMatchObject({ reason: 'unexpected_reply', message: expect.stringContaining('100 pages') });
  });

  it('a page that repeats itself ends the list', async () => {
    const page = json(200, { total_count: 5, tokens: [{ id: 'a', status: 'ready', expires_at: null }] });
    expect(await (await client([page])).listTokens()).toHaveLength(1);
  });

  it('the total in the header counts too', async () => {
    const page = json(200, { tokens: [{ id: 'a', status: 'ready' }] }, { 'x-total-count': '1' });
    expect(await (await client([page])).listTokens()).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
  });
});

describe('a token', () => {
  it('may lack the public key and every time', async () => {
    const steps = [json(200, { token: shapedToken() })];
    expect(await (await client(steps)).issueJwt(target)).toEqual({
      token: shapedToken(),
      publicKey: undefined,
      issuedAt: undefined,
      expiresAt: undefined,
    });
  });

  it('tells its times', async () => {
    const issuedToken = await (await client([issued({ iat: 1_700_000_000, exp: 1_700_000_060 })])).issueJwt(target);
    expect(issuedToken).toMatchObject({ issuedAt: new Date(1.7e12), expiresAt: new Date(1.7e12 + 60_000) });
  });
});
