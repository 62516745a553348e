import { applicationId, forApplication, forNamespace, namespaceId, token } from '../../support/issuer.js';
import type { AttackGroup } from '../attack.js';
import { written } from '../forge.js';

const entry = { namespace_id: namespaceId, application_id: '' };
const other = '00000000-0000-4000-8000-000000000000';

const application = (...claims: readonly unknown[]) => claims.map((application_claim) => token({ application_claim }));

/** An id that is nearly this container's own. */
const nearly = (id: string) => [
  id.slice(0, -1),
  `${id}0`,
  id.slice(0, 8),
  `${id} `,
  ` ${id}`,
  `${id}\n`,
  `${id}\u0000`,
  `${id}\u200b`,
  `${id},${id}`,
  id.toUpperCase(),
  id.replaceAll('-', ''),
  id.replaceAll('-', '\u2010'),
  `{${id}}`,
  `urn:uuid:${id}`,
  encodeURIComponent(`${id}/`),
  '*',
  '.*',
  '%',
  'undefined',
  'null',
  ' ',
];

export const applicationClaims: AttackGroup = {
  title: 'Tokens for other containers',
  about:
    'All of these have a valid signature. A genuine and current token for another container gets a 403. An invalid `application_claim` gets a 401.',
  attacks: [
    {
      attack: 'a token for another namespace, or another container',
      source: 'RFC 8725 §2.7 and §3.9 (substitution)',
      answer: '403 wrong_namespace',
      send: () => [
        token(forNamespace(other)),
        ...application(
          [{ namespace_id: other, application_id: other }],
          [{ namespace_id: other, application_id: applicationId }],
          [{ namespace_id: applicationId, application_id: namespaceId }],
        ),
      ],
    },
    {
      attack: 'a token for another container of this namespace',
      source: 'RFC 8725 §3.9',
      answer: '403 wrong_application',
      send: () => [
        token(forApplication(other)),
        token(forApplication(namespaceId)),
        ...application([{ namespace_id: namespaceId, application_id: other }]),
      ],
    },
    {
      attack: "an id that is nearly this namespace's: a prefix, another case, blanks, wildcards, look-alikes",
      source: 'RFC 7519 §7.3 and RFC 8725 §3.9 (comparison without transformation)',
      answer: '403 wrong_namespace',
      send: () => nearly(namespaceId).map((id) => token(forNamespace(id))),
    },
    {
      attack: "an id that is nearly this container's",
      source: 'RFC 7519 §7.3',
      answer: '403 wrong_application',
      send: () => nearly(applicationId).map((id) => token(forApplication(id))),
    },
    {
      attack:
        '`application_claim` of another shape: absent, no list, empty, two entries, nested, ids that are no text or all empty',
      source: 'RFC 8725 §3.10 (claims are input)',
      answer: '401 bad_claim',
      send: () =>
        application(
          undefined,
          null,
          '',
          namespaceId,
          1,
          true,
          {},
          entry,
          { 0: entry, length: 1 },
          [],
          [null],
          [[entry]],
          [[]],
          [namespaceId],
          [1],
          [true],
          [entry, entry],
          [entry, {}],
          [{}, entry],
          [entry, null],
          [{}],
          ...[
            [''],
            ['', ''],
            [null, null],
            [0, 0],
            [false, false],
            [[], []],
            [{}, {}],
            [[namespaceId], ''],
            [{ id: namespaceId }, ''],
            [namespaceId, null],
            [namespaceId, 0],
            [true, ''],
          ].map(([namespace_id, application_id]) => [{ namespace_id, application_id }]),
          ...[
            { Namespace_id: namespaceId },
            { namespaceId },
            { 'namespace_id ': namespaceId },
            { NAMESPACE_ID: namespaceId },
          ].map((each) => [each]),
        ),
    },
    {
      attack: '`application_claim` or its ids in `__proto__`, in `constructor.prototype`, or outside their place',
      source: 'CWE-1321 (prototype pollution)',
      answer: '401 bad_claim',
      send: () => [
        written({ application_claim: undefined }, `"__proto__":${JSON.stringify({ application_claim: [entry] })}`),
        written(
          { application_claim: undefined },
          `"constructor":{"prototype":${JSON.stringify({ application_claim: [entry] })}}`,
        ),
        written({ application_claim: undefined }, `"application_claim":[{"__proto__":${JSON.stringify(entry)}}]`),
        written(
          { application_claim: undefined },
          `"application_claim":{"__proto__":[${JSON.stringify(entry)}],"length":1}`,
        ),
        token({ application_claim: undefined, ...entry, 'application_claim[0].namespace_id': namespaceId }),
      ],
    },
    {
      attack: "`application_claim` twice: this container's, then another's",
      source: 'RFC 7519 §4, RFC 8259 §4',
      answer: '403 wrong_namespace',
      send: () => [
        written({}, `"application_claim":[{"namespace_id":"${other}"}]`),
        written({}, `"application_cla\\u0069m":[{"namespace_id":"${other}"}]`),
      ],
    },
    {
      attack: 'an id twice in one entry, the last one foreign',
      source: 'RFC 7519 §4',
      answer: '403 wrong_namespace',
      send: () => [
        written(
          { application_claim: undefined },
          `"application_claim":[{"namespace_id":"${namespaceId}","namespace_id":"${other}"}]`,
        ),
      ],
    },
    {
      attack: 'ids in claims of other products: `scope`, `roles`, `namespace_id`, `application_id` open nothing more',
      source: 'RFC 8725 §3.12',
      answer: '403 wrong_namespace',
      send: () => [
        token({
          ...forNamespace(other),
          namespace_id: namespaceId,
          scope: ['*'],
          roles: ['admin'],
          admin: true,
          sub: namespaceId,
          aud: ['functions', namespaceId],
        }),
      ],
    },
  ],
};
