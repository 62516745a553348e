import { foreignKey, token } from '../../support/issuer.js';
import type { ProbeRequest } from '../../support/probe.js';
import type { AttackGroup } from '../attack.js';
import { wire } from '../forge.js';

const IAM_KEY = '11111111-2222-3333-4444-555555555555';
const forged = () => token({}, foreignKey);
const bearer = (text: string) => `Bearer ${text}`;

const ACCEPTED: [name: string, scheme: string][] = [
  ['X-Auth-Token', ''],
  ['SCW-Functions-Token', ''],
  ['SCW_FUNCTIONS_TOKEN', ''],
  ['Authorization', 'Bearer '],
];

/** A request for each of the accepted headers. */
const inEach = (make: (name: string, scheme: string) => ProbeRequest) =>
  ACCEPTED.map(([name, scheme]) => make(name, scheme));

const auth = (...values: string[]): ProbeRequest[] => values.map((value) => [['Authorization', value]]);

export const requests: AttackGroup = {
  title: 'The headers that carry a token',
  about: 'The first accepted header with a value decides. If its token is refused, no other header is tried.',
  attacks: [
    {
      attack: 'a header sent twice, with identical or other tokens, in any letter case, apart or together',
      source: 'RFC 9110 §5.3, RFC 6750 §2 (one method a request), CWE-444',
      answer: '401 duplicate_token',
      send: ({ token: known }) =>
        ACCEPTED.flatMap(([name, scheme]): ProbeRequest[] => [
          [
            [name, scheme + known],
            [name, scheme + known],
          ],
          [
            [name, scheme + known],
            [name.toLowerCase(), scheme + forged()],
          ],
          [
            [name, scheme + forged()],
            ['Accept', '*/*'],
            [name.toUpperCase(), scheme + known],
          ],
          [
            [name, ''],
            [name, scheme + known],
          ],
          [
            [name, scheme + known],
            [name, ''],
            [name, ''],
          ],
        ]),
    },
    {
      attack: 'two tokens in one header, joined by a comma, a blank or a semicolon',
      source: 'RFC 9110 §5.3, CWE-444',
      answer: '401 malformed',
      send: ({ token: known }) =>
        [', ', ',', ' ', ';', '; '].flatMap((glue) =>
          inEach((name, scheme) => [[name, `${scheme}${known}${glue}${scheme}${known}`]]),
        ),
    },
    {
      attack: 'a forged token in one accepted header, the genuine one in a later one',
      source: 'RFC 6750 §2',
      answer: '401 bad_signature',
      send: ({ token: known }) =>
        ACCEPTED.slice(0, -1).map(([name]): ProbeRequest => [
          ['Authorization', bearer(known)],
          [name, forged()],
        ]),
    },
    {
      attack: 'rubbish in one accepted header, the genuine token in a later one',
      source: 'RFC 6750 §2',
      answer: '401 malformed',
      send: ({ token: known }) =>
        ['x', '-', 'null', 'undefined', 'Bearer', '0'].map((text): ProbeRequest => [
          ['X-Auth-Token', text],
          ['Authorization', bearer(known)],
        ]),
    },
    {
      attack: 'the token with a scheme in a header that carries the bare token',
      source: 'RFC 6750 §2.1',
      answer: '401 malformed',
      send: ({ token: known }) =>
        ['Bearer ', 'bearer ', 'JWT ', 'Token '].map((scheme): ProbeRequest => [['X-Auth-Token', scheme + known]]),
    },
    {
      attack: 'another scheme of `Authorization`, or none',
      source: 'RFC 9110 §11.4, RFC 6750 §2.1',
      answer: '401 no_token',
      send: ({ token: known }) =>
        auth(
          known,
          `Basic ${known}`,
          `JWT ${known}`,
          `Token ${known}`,
          `Bearer${known}`,
          `Bearer:${known}`,
          `Bearer=${known}`,
          `"Bearer" ${known}`,
          `Basic a, Bearer ${known}`,
          `Beаrer ${known}`.replace('а', 'á'),
          'Bearer',
          'Bearer ',
          '',
        ),
    },
    {
      attack: 'a scheme twice, or with more behind the token',
      source: 'RFC 6750 §2.1',
      answer: '401 malformed',
      send: ({ token: known }) =>
        auth(
          `Bearer Bearer ${known}`,
          `Bearer ${known} x`,
          `Bearer "${known}"`,
          `Bearer token=${known}`,
          `Bearer realm="x", ${known}`,
        ),
    },
    {
      attack: 'the token in another header, a cookie, or the name of an accepted header misspelt',
      source: 'RFC 6750 §2, RFC 9110 §5.1',
      answer: '401 no_token',
      send: ({ token: known }) => [
        ...[
          'X_Auth_Token',
          'XAuthToken',
          'X-Auth-Token-',
          'HTTP_X_AUTH_TOKEN',
          'Scw-Functions_Token',
          'X-Access-Token',
          'Scaleway-Auth-Token',
          'Sec-WebSocket-Protocol',
        ].map((name): ProbeRequest => [[name, known]]),
        ...['Proxy-Authorization', 'X-Authorization', 'X-Forwarded-Authorization', 'X-Original-Authorization'].map(
          (name): ProbeRequest => [[name, bearer(known)]],
        ),
        [['Cookie', `X-Auth-Token=${known}; access_token=${known}; token=${known}`]],
        [['Connection', 'X-Auth-Token']],
        [['__proto__', known]],
      ],
    },
    {
      attack: "an IAM secret key, Scaleway's other credential, alone",
      source: 'CWE-287',
      answer: '401 iam_key',
      send: () => inEach((name, scheme) => [[name, scheme + IAM_KEY]]),
    },
    {
      attack: 'an IAM secret key, then a forged token',
      source: 'CWE-287',
      answer: '401 bad_signature',
      send: () => [
        [
          ['X-Auth-Token', IAM_KEY],
          ['Authorization', bearer(forged())],
        ],
      ],
    },
    {
      attack: 'a token longer than 8,192 characters, genuine but for its length or not',
      source: 'CWE-400 (resource consumption)',
      answer: '401 too_long',
      send: () => [
        ...inEach((name, scheme) => [[name, scheme + token({ x: 'a'.repeat(8000) })]]),
        ...['a', '.', ',', '=', '"', 'A.'].map((text) => text.repeat(8193).slice(0, 8193)),
        [['Authorization', `Bearer ${'\t '.repeat(1000)}${'x'.repeat(8193)}`]],
      ],
    },
    {
      attack: 'what is no attack: blanks and tabs around the token, other letter case of names and scheme',
      source: 'RFC 9110 §5.1, §5.5 and §11.1',
      answer: '200',
      send: ({ token: known }) => [
        wire([`x-AUTH-token:\t  ${known} \t`]),
        wire([`authorization:BEARER \t ${known}`]),
        [
          ['X-Auth-Token', ''],
          ['Authorization', bearer(known)],
        ],
        [
          ['Authorization', 'Basic YTpi'],
          ['X-Auth-Token', known],
        ],
        [
          ['X-Auth-Token', IAM_KEY],
          ['Authorization', bearer(known)],
        ],
      ],
    },
  ],
};
