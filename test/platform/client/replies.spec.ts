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
    expect(error).toMatchObject({ name: 'ScalewayInvalidArgumentError', status: 400 });
    expect(error.message).toContain('expires_at: constraint, must be in the future; container_id: format;');
    expect(error['details']).toEqual([
      { argument: 'expires_at', reason: 'constraint', help: 'must be in the future' },
      { argument: 'container_id', reason: 'format', help: '' },
      { argument: 'an argument', reason: 'invalid', help: '' },
    ]);
  });

  it.each([
    [400, { message: 'bad' }, 'ScalewayInvalidArgumentError', 'invalid_argument', /"bad"/u],
    [
      401,
      { type: 'denied_authentication', message: 'denied' },
      'ScalewayUnauthenticatedError',
      'unauthenticated',
      /key/u,
    ],
    [403, { type: 'permissions_denied' }, 'ScalewayForbiddenError', 'forbidden', /IAM policy/u],
    [404, { message: 'Namespace was not found' }, 'ScalewayNotFoundError', 'not_found', /Namespace was not found/u],
    [409, { message: 'locked' }, 'ScalewayPlatformError', 'refused', /409.*locked/u],
    [429, {}, 'ScalewayRateLimitError', 'rate_limited', /try again later/u],
    [500, {}, 'ScalewayServerError', 'server_error', /500/u],
    [503, 'no object', 'ScalewayServerError', 'server_error', /503/u],
  ])('%i', async (status, body, name, reason, message) => {
    const error = await refusalOf((await client([json(status, body)])).issueJwt(target));
    expect(error).toMatchObject({ name, reason, status, message: expect.stringMatching(message) });
  });

  it('takes a refusal that is not JSON', async () => {
    const step: Step = (response) => response.writeHead(502).end('<html>Bad gateway</html>');
    const error = await refusalOf((await client([step])).issueJwt(target));
    expect(error).toMatchObject({ reason: 'server_error', status: 502 });
    expect(error.message).not.toContain('html');
  });

  it('quotes the server without control characters, and briefly', async () => {
    const message = `\u001b[31mred\u001b[0m\r\n${'x'.repeat(5000)}`;
    const error = await refusalOf((await client([json(404, { message })])).issueJwt(target));
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
    expect(error).toMatchObject({ name: 'ScalewayUnexpectedReplyError', reason: 'unexpected_reply' });
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
