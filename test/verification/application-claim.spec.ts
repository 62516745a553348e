import { applicationId, environment, foreignKey, forApplication, namespaceId, now, token } from '../support/issuer.js';
import { type Case, describeCases } from '../support/probe.js';

const claim =
  (value: unknown): (() => string) =>
  () =>
    token({ application_claim: value });
const entry = (value: object): (() => string) => claim([value]);

const own = { namespace_id: namespaceId, application_id: applicationId };
/** Refused, whatever is looked at: each pairs a value with an id that would do. */
const NO_STRINGS = [null, 0, 1, true, false, [], {}, [namespaceId], [applicationId]];

describeCases('the shape of application_claim', {}, [
  ...[
    undefined,
    null,
    '',
    'text',
    0,
    1,
    true,
    {},
    own,
    [],
    [[]],
    [[own]],
    [null],
    [''],
    ['text'],
    [1],
    [true],
    [{}],
    [own, own],
    [own, {}],
    [{}, own],
    [own, null],
    { 0: own, length: 1 },
  ].map((value): Case => ({ name: JSON.stringify(value) ?? 'absent', send: claim(value), ends: '401 bad_claim' })),
  ...NO_STRINGS.flatMap((value): Case[] => [
    {
      name: `namespace_id ${JSON.stringify(value)}`,
      send: entry({ ...own, namespace_id: value }),
      ends: '401 bad_claim',
    },
    {
      name: `application_id ${JSON.stringify(value)}`,
      send: entry({ ...own, application_id: value }),
      ends: '401 bad_claim',
    },
  ]),
  { name: 'both ids empty', send: entry({ namespace_id: '', application_id: '' }), ends: '401 bad_claim' },
  { name: 'ids under other names', send: entry({ namespaceId, applicationId }), ends: '401 bad_claim' },
  { name: 'ids beside the claim', send: () => token({ application_claim: [{}], ...own }), ends: '401 bad_claim' },
  { name: 'more members than Scaleway writes', send: entry({ ...own, region: 'fr-par' }), ends: '200' },
]);

describeCases('whom a token is for', {}, [
  { name: 'this namespace', send: entry({ namespace_id: namespaceId, application_id: '' }), ends: '200' },
  { name: 'this namespace, no application_id', send: entry({ namespace_id: namespaceId }), ends: '200' },
  { name: 'this container', send: entry({ namespace_id: '', application_id: applicationId }), ends: '200' },
  { name: 'this container, no namespace_id', send: entry({ application_id: applicationId }), ends: '200' },
  { name: 'both', send: entry(own), ends: '200' },
  {
    name: 'another namespace',
    send: entry({ namespace_id: 'other', application_id: '' }),
    ends: '403 wrong_namespace',
  },
  {
    name: 'another container',
    send: entry({ namespace_id: '', application_id: 'other' }),
    ends: '403 wrong_application',
  },
  {
    name: 'this namespace, another container',
    send: entry({ ...own, application_id: 'other' }),
    ends: '403 wrong_application',
  },
  {
    name: 'another namespace, this container',
    send: entry({ ...own, namespace_id: 'other' }),
    ends: '403 wrong_namespace',
  },
  {
    name: 'the ids swapped',
    send: entry({ namespace_id: applicationId, application_id: namespaceId }),
    ends: '403 wrong_namespace',
  },
  {
    name: 'the container as a namespace',
    send: entry({ namespace_id: applicationId, application_id: '' }),
    ends: '403 wrong_namespace',
  },
  {
    name: 'the namespace as a container',
    send: entry({ namespace_id: '', application_id: namespaceId }),
    ends: '403 wrong_application',
  },
  ...[
    namespaceId.toUpperCase(),
    ` ${namespaceId}`,
    `${namespaceId} `,
    `${namespaceId}\u0000`,
    namespaceId.slice(0, -1),
    `${namespaceId}0`,
    ' ',
    '*',
  ].map((id): Case => ({
    name: `nearly this namespace: ${JSON.stringify(id.replace(namespaceId, 'ID').replace(namespaceId.toUpperCase(), 'upper case'))}`,
    send: entry({ namespace_id: id, application_id: '' }),
    ends: '403 wrong_namespace',
  })),
  ...[applicationId.toUpperCase(), ` ${applicationId}`, `${applicationId}\n`, ' '].map((id): Case => ({
    name: `nearly this container: ${JSON.stringify(id.replace(applicationId, 'ID').replace(applicationId.toUpperCase(), 'upper case'))}`,
    send: entry({ namespace_id: '', application_id: id }),
    ends: '403 wrong_application',
  })),
]);

describeCases('403 is for tokens that are genuine and current', {}, [
  { name: 'a foreign id', send: () => token(forApplication('other')), ends: '403 wrong_application' },
  { name: 'a foreign id, forged', send: () => token(forApplication('other'), foreignKey), ends: '401 bad_signature' },
  {
    name: 'a foreign id, expired',
    send: () => token({ ...forApplication('other'), exp: now() - 1 }),
    ends: '401 expired',
  },
  {
    name: 'a foreign id, another issuer',
    send: () => token({ ...forApplication('other'), iss: 'x' }),
    ends: '401 wrong_issuer',
  },
]);

// What other implementations let through, or refuse wrongly, when the container lacks one of its ids.
for (const missing of [undefined, '', '  ']) {
  const unset = JSON.stringify(missing) ?? 'unset';

  describeCases(
    `a container whose SCW_APPLICATION_ID is ${unset}`,
    { environment: { ...environment, SCW_APPLICATION_ID: missing } },
    [
      { name: 'its namespace', send: entry({ namespace_id: namespaceId, application_id: '' }), ends: '200' },
      {
        name: 'any container',
        send: entry({ namespace_id: '', application_id: applicationId }),
        ends: '403 wrong_application',
      },
      { name: 'its namespace and any container', send: entry(own), ends: '403 wrong_application' },
      { name: 'another namespace', send: entry({ namespace_id: 'other' }), ends: '403 wrong_namespace' },
      {
        name: 'a container called undefined',
        send: entry({ application_id: 'undefined' }),
        ends: '403 wrong_application',
      },
      { name: 'a container of blanks', send: entry({ application_id: '  ' }), ends: '403 wrong_application' },
      { name: 'nobody', send: entry({ namespace_id: '', application_id: '' }), ends: '401 bad_claim' },
      { name: 'no claim', send: claim(undefined), ends: '401 bad_claim' },
      { name: 'no token', send: () => [], ends: '401 no_token' },
    ],
  );

  describeCases(
    `a container whose SCW_NAMESPACE_ID is ${unset}`,
    { environment: { ...environment, SCW_NAMESPACE_ID: missing } },
    [
      { name: 'this container', send: entry({ namespace_id: '', application_id: applicationId }), ends: '200' },
      {
        name: 'any namespace',
        send: entry({ namespace_id: namespaceId, application_id: '' }),
        ends: '403 wrong_namespace',
      },
      { name: 'any namespace and this container', send: entry(own), ends: '403 wrong_namespace' },
      { name: 'a namespace of blanks', send: entry({ namespace_id: '  ' }), ends: '403 wrong_namespace' },
      { name: 'nobody', send: entry({ namespace_id: '', application_id: '' }), ends: '401 bad_claim' },
    ],
  );
}
