import { type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, forApplication, namespaceId, now, token } from '../support/issuer.js';
import { AppModule as ByHand } from './programs/guard-by-hand.js';
import { AppModule as OfThisPackage } from './programs/guard-of-this-package.js';

const other = '00000000-0000-4000-8000-000000000000';
const claim = (namespace_id: string, application_id: string) =>
  token({ application_claim: [{ namespace_id, application_id }] });

// The rows of the page's table: what is sent, what the guard by hand answers, and what this package's does.
const rows: [string, () => Record<string, string>, number, number][] = [
  ['a good token', () => ({ 'X-Auth-Token': token() }), 200, 200],
  ['none', () => ({}), 401, 401],
  ['another container of the namespace', () => ({ 'X-Auth-Token': claim(namespaceId, other) }), 200, 403],
  ['this container of another namespace', () => ({ 'X-Auth-Token': claim(other, applicationId) }), 200, 403],
  ['no application_claim', () => ({ 'X-Auth-Token': token({ application_claim: undefined }) }), 500, 401],
  ['an empty one', () => ({ 'X-Auth-Token': token({ application_claim: [] }) }), 500, 401],
  ['another container', () => ({ 'X-Auth-Token': token(forApplication(other)) }), 403, 403],
  ['Authorization', () => ({ Authorization: `Bearer ${token()}` }), 401, 200],
  ['an IAM key', () => ({ 'X-Auth-Token': other }), 401, 401],
  ['an IAM key beside a token', () => ({ 'X-Auth-Token': other, Authorization: `Bearer ${token()}` }), 401, 200],
  ['a clock that is behind', () => ({ 'X-Auth-Token': token({ nbf: now() + 3, iat: now() + 3 }) }), 401, 200],
  ['a later iat', () => ({ 'X-Auth-Token': token({ iat: now() + 3600 }) }), 200, 401],
  ['another issuer', () => ({ 'X-Auth-Token': token({ iss: 'SOMEBODY' }) }), 200, 401],
  ['another audience', () => ({ 'X-Auth-Token': token({ aud: 'something' }) }), 200, 401],
];

describe('the page about migrating', () => {
  let before: RunningApp;
  let after: RunningApp;

  beforeAll(async () => {
    Object.assign(process.env, environment);
    before = await startApp('express', ByHand);
    after = await startApp('express', OfThisPackage);
  });

  afterAll(async () => {
    for (const name of Object.keys(environment)) delete process.env[name];
    await before.close();
    await after.close();
  });

  it.each(rows)('tells of %s', async (_name, headers, byHand, ours) => {
    const sent = headers();
    const answers = [(await before.get('/orders', sent)).status, (await after.get('/orders', sent)).status];
    expect(answers).toEqual([byHand, ours]);
  });

  it('says that only this one has a challenge', async () => {
    expect((await before.get('/orders')).headers['www-authenticate']).toBeUndefined();
    expect((await after.get('/orders')).headers['www-authenticate']).toBe('Bearer realm="Scaleway container"');
    expect((await before.get('/orders')).json).toEqual((await after.get('/orders')).json);
  });
});
