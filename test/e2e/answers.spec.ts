import { randomUUID } from 'node:crypto';
import { REFUSAL_REASONS, type ScwRefusalReason } from 'nestjs-scaleway-auth';
import { platforms } from '../support/app.js';
import {
  applicationId,
  foreignKey,
  forApplication,
  forNamespace,
  jws,
  namespaceId,
  now,
  scalewayClaims,
  token,
} from '../support/issuer.js';
import { type HeaderLines, type Probe, startProbe } from '../support/probe.js';

/** A request for each reason that a request can be refused for, under the options below. */
const requests: [ScwRefusalReason, () => HeaderLines | string][] = [
  ['no_token', () => []],
  ['too_long', () => 'a'.repeat(9000)],
  [
    'duplicate_token',
    () => [
      ['X-Auth-Token', token()],
      ['X-Auth-Token', token()],
    ],
  ],
  ['iam_key', () => randomUUID()],
  ['malformed', () => 'rubbish'],
  ['unsupported_algorithm', () => jws({ alg: 'RS512' }, scalewayClaims())],
  ['unsupported_header', () => jws({ alg: 'RS256', crit: ['exp'] }, scalewayClaims())],
  ['bad_signature', () => token({}, foreignKey)],
  ['expired', () => token({ exp: now() - 1 })],
  ['not_yet_valid', () => token({ nbf: now() + 60 })],
  ['too_old', () => token({ iat: now() - 7200 })],
  ['no_expiry', () => token({ exp: undefined })],
  ['wrong_issuer', () => token({ iss: 'other' })],
  ['wrong_audience', () => token({ aud: 'other' })],
  ['bad_claim', () => token({ application_claim: [] })],
  ['wrong_namespace', () => token(forNamespace('other'))],
  ['wrong_application', () => token(forApplication('other'))],
];
const forbidden = new Set<string>(['wrong_namespace', 'wrong_application']);

it('has a request for reasons that are all in the one list, in its order', () => {
  const asked = requests.map(([reason]) => reason);
  expect(REFUSAL_REASONS.filter((reason) => asked.includes(reason))).toEqual(asked);
});

describe.each(platforms)('the answer to a refused request, on %s', (platform) => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await startProbe(platform, { requireExpiry: true, maxTokenAge: 3600 });
  });
  afterAll(() => probe.close());

  // The probe checks the body, the challenge, and that neither answer nor log holds a token, an id or the key.
  it.each(requests)('%s: its status, and the reason as the cause of the exception', async (reason, send) => {
    expect(await probe.ask(send())).toBe(`${forbidden.has(reason) ? 403 : 401} ${reason}`);
  });

  it('tells a client without a token how to authenticate, and no error', async () => {
    const answer = await probe.get('/guarded');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Scaleway container"');
    expect(answer.text).toBe('{"message":"Unauthorized","statusCode":401}');
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
  });

  it('is the same to the byte for a token of another namespace and of another container', async () => {
    const answers = await Promise.all(
      [forNamespace('other'), forApplication('other'), forNamespace(applicationId), forApplication(namespaceId)].map(
        (claims) => probe.get('/guarded', { 'X-Auth-Token': token(claims) }),
      ),
    );
    const seen = answers.map(({ status, text, headers }) => ({ status, text, challenge: headers['www-authenticate'] }));
    expect(seen).toEqual(
      seen.map(() => ({
        status: 403,
        text: '{"message":"Forbidden","statusCode":403}',
        challenge: seen[0]!.challenge,
      })),
    );
  });

  it('carries no challenge when the request was let in', async () => {
    const answer = await probe.get('/guarded', { 'X-Auth-Token': token() });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([200, undefined]);
  });
});
