import { createHmac } from 'node:crypto';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { get, platforms, type RunningApp } from '../support/app.js';
import { bootError } from '../support/boot.js';
import {
  environment,
  jws,
  namespaceId,
  applicationId,
  publicKeyPem,
  scalewayClaims,
  sealed,
  token,
} from '../support/issuer.js';
import { describeCases, startProbe } from '../support/probe.js';

/*
 * What three implementations of Scaleway's checks let through, or refuse wrongly: its Go runtime (2021), its .NET example
 * (2021), and a PHP middleware (2022). One group each.
 */

const other = '00000000-0000-4000-8000-000000000000';
const claim = (namespace_id: string, application_id: string) => () =>
  token({ application_claim: [{ namespace_id, application_id }] });

describeCases(
  'Go: refuses only where namespace and application both differ, pins no algorithm, ignores iss and aud',
  {},
  [
    { name: 'this namespace, another container', send: claim(namespaceId, other), ends: '403 wrong_application' },
    { name: 'another namespace, this container', send: claim(other, applicationId), ends: '403 wrong_namespace' },
    { name: 'both differ', send: claim(other, other), ends: '403 wrong_namespace' },
    { name: 'another namespace, no container', send: claim(other, ''), ends: '403 wrong_namespace' },
    { name: 'no namespace, another container', send: claim('', other), ends: '403 wrong_application' },
    {
      name: 'HS256 with the public key as its secret',
      send: () =>
        sealed({ alg: 'HS256', typ: 'JWT' }, scalewayClaims(), (input) =>
          createHmac('sha256', publicKeyPem).update(input).digest(),
        ),
      ends: '401 unsupported_algorithm',
    },
    { name: 'alg none', send: () => jws({ alg: 'none' }, scalewayClaims()), ends: '401 unsupported_algorithm' },
    { name: 'another issuer', send: () => token({ iss: 'OTHER' }), ends: '401 wrong_issuer' },
    { name: 'another audience', send: () => token({ aud: 'other' }), ends: '401 wrong_audience' },
    {
      name: 'two entries, the second of this container',
      send: () => token({ application_claim: [{ namespace_id: other }, { namespace_id: namespaceId }] }),
      ends: '401 bad_claim',
    },
  ],
);

describeCases('.NET: refuses real container tokens, lets tokens without a claim through', {}, [
  { name: 'a real container token', send: claim('', applicationId), ends: '200' },
  { name: 'a real namespace token', send: claim(namespaceId, ''), ends: '200' },
  { name: 'no claim at all', send: () => token({ application_claim: undefined }), ends: '401 bad_claim' },
  { name: 'an empty list', send: () => token({ application_claim: [] }), ends: '401 bad_claim' },
]);

describeCases(
  '.NET: no SCW_APPLICATION_ID is no authentication',
  { environment: { ...environment, SCW_APPLICATION_ID: undefined } },
  [
    { name: 'no token', send: () => [], ends: '401 no_token' },
    { name: 'rubbish', send: () => 'rubbish', ends: '401 malformed' },
    { name: 'another namespace', send: claim(other, ''), ends: '403 wrong_namespace' },
    { name: 'this namespace', send: claim(namespaceId, ''), ends: '200' },
  ],
);

describeCases(
  'PHP: an unset SCW_PUBLIC is public, both ids empty pass',
  { environment: { ...environment, SCW_PUBLIC: undefined } },
  [
    { name: 'no token', send: () => [], ends: '401 no_token' },
    { name: 'both ids empty', send: claim('', ''), ends: '401 bad_claim' },
    { name: 'this container', send: claim('', applicationId), ends: '200' },
  ],
);

describe.each(platforms)('set-up errors answer no request, on %s', (platform) => {
  let running: RunningApp | undefined;
  afterEach(() => running?.close());

  it('Go answers 500 without a key: here nothing boots', async () => {
    const module = ScalewayAuthModule.forRoot({ environment: { ...environment, SCW_PUBLIC_KEY: undefined } });
    expect((await bootError(module)).message).toMatch(/^SCW_PUBLIC_KEY is not set/);
  });
  it.each(['1', 'yes', 'on', ' true', 'true ', '"true"', 'TRUE!', 'false', ''])(
    'SCW_PUBLIC=%j is private',
    async (SCW_PUBLIC) => {
      running = await startProbe(platform, { environment: { ...environment, SCW_PUBLIC } });
      expect((await get(`${running.url}/guarded`)).status).toBe(401);
    },
  );
});
