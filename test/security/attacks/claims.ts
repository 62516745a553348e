import { jws, scalewayClaims, scalewayHeader, token } from '../../support/issuer.js';
import type { AttackGroup } from '../attack.js';
import { written } from '../forge.js';

const tokens = (name: string, values: readonly unknown[]) => values.map((value) => token({ [name]: value }));

const TIMES = ['exp', 'nbf', 'iat'];
const NO_NUMBERS = [
  '1e400',
  '-1e400',
  '1e309',
  '"4000000000"',
  '"1e10"',
  '""',
  'null',
  'true',
  'false',
  '[]',
  '[4000000000]',
  '{}',
  '{"valueOf":4000000000}',
  '"2999-01-01"',
  '"Infinity"',
  '"NaN"',
];

export const claims: AttackGroup = {
  title: 'Other claims of genuine tokens',
  about:
    'All of these have a valid signature and are for this container. But they are not current, or have claims that a lax parser would misread.',
  attacks: [
    {
      attack: '`exp` in the past: also as 0, -0, negative, the smallest number, a fraction',
      source: 'RFC 7519 §4.1.4, jwt_tool `-I -pc exp`',
      answer: '401 expired',
      send: () => [
        ...[1, 1e9, Date.now() / 1000 - 0.001, Math.floor(Date.now() / 1000)].map((exp) => token({ exp })),
        ...['0', '-0', '-1', '-1e300', '5e-324', '1e-400'].map((json) => written({ exp: undefined }, `"exp":${json}`)),
      ],
    },
    {
      attack: '`nbf` or `iat` in the future, beyond five seconds',
      source: 'RFC 7519 §4.1.5 and §4.1.6',
      answer: '401 not_yet_valid',
      send: () =>
        ['nbf', 'iat'].flatMap((name) => [
          ...tokens(name, [Date.now() / 1000 + 8, Date.now(), 2 ** 53, Number.MAX_VALUE]),
          written({ [name]: undefined }, `"${name}":9007199254740993`),
        ]),
    },
    {
      attack: 'a time that is no finite number: 1e400, text, null, a list, an object',
      source: 'RFC 7519 §2 (NumericDate), RFC 8259 §6',
      answer: '401 bad_claim',
      send: () =>
        TIMES.flatMap((name) => NO_NUMBERS.map((json) => written({ [name]: undefined }, `"${name}":${json}`))),
    },
    {
      attack: 'a time far away, beyond whole numbers or dates, that is honest',
      source: 'RFC 7519 §2',
      answer: '200',
      send: () =>
        [
          '1e300',
          '9007199254740992',
          '9007199254740993',
          '8640000000001',
          '4e9',
          '4000000000.5',
          `4${'0'.repeat(300)}`,
        ].map((json) => written({ exp: undefined }, `"exp":${json}`)),
    },
    {
      attack: '`exp` twice, the last one over',
      source: 'RFC 7519 §4 (the last of two counts)',
      answer: '401 expired',
      send: () => [written({}, '"exp":1'), written({}, '"\\u0065xp":1')],
    },
    {
      attack: '`iss` that is another, in another case, nearly it, a list with it, or no text',
      source: 'RFC 8725 §3.8, RFC 7519 §4.1.1, CVE-2025-30144 (fast-jwt)',
      answer: '401 wrong_issuer',
      send: () =>
        tokens('iss', [
          '',
          'scaleway',
          'Scaleway',
          'SCALEWAY ',
          ' SCALEWAY',
          'SCALEWAY\u0000',
          'SCALEWAY\n',
          'SСALEWAY',
          'SCALEWAYS',
          'https://SCALEWAY',
          ['SCALEWAY'],
          ['https://attacker.example/', 'SCALEWAY'],
          { iss: 'SCALEWAY' },
          null,
          0,
          true,
        ]),
    },
    {
      attack: '`aud` that is another, nearly it, a list without it or with something that is no text, or no text',
      source: 'RFC 8725 §3.9, RFC 7519 §4.1.3',
      answer: '401 wrong_audience',
      send: () =>
        tokens('aud', [
          '',
          'function',
          'functionss',
          'Functions',
          'functions ',
          'functions,containers',
          ['containers'],
          [],
          [''],
          ['functions', 1],
          ['functions', null],
          [['functions']],
          [{ aud: 'functions' }],
          { 0: 'functions', length: 1 },
          null,
          1,
          true,
          {},
        ]),
    },
    {
      attack: 'a payload that is no JSON object: a list, text, a number, null, nothing',
      source: 'RFC 7519 §7.2 step 10, CVE-2026-107723 (fast-jwt)',
      answer: '401 malformed',
      send: () =>
        [
          '',
          'null',
          'true',
          '1',
          '"text"',
          '[]',
          '[{}]',
          JSON.stringify([scalewayClaims()]),
          JSON.stringify(JSON.stringify(scalewayClaims())),
          '{',
          '{}{}',
          'application_claim',
        ].map((text) => jws(scalewayHeader, text)),
    },
    {
      attack:
        'claims with the names of methods: `toString`, `valueOf`, `toJSON`, `then`, `constructor`, `hasOwnProperty`, `__proto__`',
      source: 'CWE-1321 (prototype pollution)',
      answer: '200',
      send: () => [
        token({ toString: 1, valueOf: null, toJSON: 'x', constructor: { prototype: 1 }, hasOwnProperty: 0 }),
        written({}, '"then":"x"'),
        written({}, '"__proto__":{"exp":1,"application_claim":[],"iss":"x"}'),
        token({ jti: { toString: 'x' } }),
        token({ jti: '__proto__', sub: 'constructor' }),
      ],
    },
    {
      attack: 'lists and objects nested two thousand levels deep, in a claim that is not read',
      source: 'CWE-674 (uncontrolled recursion)',
      answer: '200',
      send: () => [
        written({}, `"x":${'['.repeat(2000)}${']'.repeat(2000)}`),
        written({}, `"x":${'{"":'.repeat(1000)}1${'}'.repeat(1000)}`),
      ],
    },
    {
      attack: 'the same depth in a claim that is read',
      source: 'CWE-674 (uncontrolled recursion)',
      answer: '401 bad_claim',
      send: () =>
        ['application_claim', ...TIMES].map((name) =>
          written({ [name]: undefined }, `"${name}":${'['.repeat(2000)}${']'.repeat(2000)}`),
        ),
    },
    {
      attack: 'a thousand claims, and a number of two thousand digits',
      source: 'CWE-400 (resource consumption)',
      answer: '200',
      send: () => [
        token(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`c${i}`, i]))),
        written({}, `"x":${'9'.repeat(2000)}`),
      ],
    },
  ],
};
