import { publicEncrypt, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import {
  base64url,
  jws,
  scalewayClaims,
  scalewayHeader,
  sealed,
  signParts,
  token as fresh,
} from '../../support/issuer.js';
import type { AttackGroup } from '../attack.js';
import { ownPublicKey, parts, publicKeySpellings } from '../forge.js';

/** Genuine tokens with one set of header members each. */
const withMembers = (...members: readonly object[]) =>
  members.map((each) => jws({ ...scalewayHeader, ...each }, scalewayClaims()));

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

/** A JWE for this container's public key, in the compact serialization: five parts. */
function jwe(header: object): string {
  const key = publicEncrypt({ key: ownPublicKey, oaepHash: 'sha1' }, randomBytes(32)).toString('base64url');
  return [base64url(header), key, random(12), random(200), random(16)].join('.');
}

const signed = 'signed with the right key';

export const headerMembers: AttackGroup = {
  title: 'Header members that change the meaning, and other kinds of tokens',
  about:
    'A token is a compact JWS with a JSON object of claims. Members that would change how it is read are rejected, not ignored, even if the signature is valid.',
  attacks: [
    {
      attack: `\`crit\` with an extension that nobody knows, ${signed}`,
      source: 'RFC 7515 §4.1.11, CVE-2026-35042 (fast-jwt)',
      answer: '401 unsupported_header',
      send: () =>
        withMembers(
          { crit: ['x'], x: 1 },
          { crit: ['x'] },
          { crit: ['http://example.com/x'], 'http://example.com/x': true },
        ),
    },
    {
      attack: `\`crit\` that breaks its own rules: empty, of known or repeated names, no list, ${signed}`,
      source: 'RFC 7515 §4.1.11',
      answer: '401 unsupported_header',
      send: () =>
        withMembers(
          ...[[], ['alg'], ['exp'], ['x', 'x'], [1], [null], 'x', '', null, false, 0, {}, { 0: 'x' }].map((crit) => ({
            crit,
            x: 1,
          })),
        ),
    },
    {
      attack: `\`b64\`, true or false, with and without \`crit\`, ${signed}`,
      source: 'RFC 7797 §3 and §6',
      answer: '401 unsupported_header',
      send: () =>
        withMembers({ b64: false, crit: ['b64'] }, { b64: false }, { b64: true }, { b64: null }, { b64: 'false' }),
    },
    {
      attack: 'an unencoded payload, signed as RFC 7797 says',
      source: 'RFC 7797 §5',
      answer: '401 unsupported_header',
      send: () => {
        const header = base64url({ alg: 'RS256', b64: false, crit: ['b64'] });
        return [signParts(header, 'application_claim'), signParts(header, base64url(scalewayClaims()))];
      },
    },
    {
      attack: `\`zip\`, with a payload that is deflated or not, ${signed}`,
      source: 'RFC 8725 §3.6, RFC 7516 §4.1.3',
      answer: '401 unsupported_header',
      send: () => {
        const deflated = deflateRawSync(Buffer.from(JSON.stringify(scalewayClaims()))).toString('base64url');
        return [
          ...withMembers({ zip: 'DEF' }, { zip: null }, { zip: 'GZIP' }),
          signParts(base64url({ ...scalewayHeader, zip: 'DEF' }), deflated),
        ];
      },
    },
    {
      attack: 'a deflated bomb: 4 megabytes of blanks in a signed payload',
      source: 'RFC 8725 §3.6, CVE-2024-28176 (jose)',
      answer: '401 unsupported_header',
      send: () => {
        // As much as a header can hold: 4,000,000 blanks are 3,900 bytes.
        const bomb = deflateRawSync(Buffer.alloc(4_000_000, 0x20)).toString('base64url');
        return [signParts(base64url({ ...scalewayHeader, zip: 'DEF' }), bomb)];
      },
    },
    {
      attack: `\`cty\`, also of a nested token, ${signed}`,
      source: 'RFC 7519 §5.2, RFC 7515 §4.1.10, RFC 8725 §2.3',
      answer: '401 unsupported_header',
      send: () => [
        ...withMembers({ cty: 'JWT' }, { cty: 'jwt' }, { cty: 'application/json' }, { cty: '' }, { cty: null }),
        signParts(base64url({ ...scalewayHeader, cty: 'JWT' }), base64url(fresh())),
      ],
    },
    {
      attack: 'a genuine token as the payload of another, without saying so',
      source: 'RFC 7519 §7.2 step 8',
      answer: '401 malformed',
      send: () => [
        signParts(base64url(scalewayHeader), base64url(fresh())),
        signParts(base64url(scalewayHeader), base64url(JSON.stringify(fresh()))),
      ],
    },
    {
      attack: '`typ` of another kind of token (access token, DPoP, logout, JWE), signed with the right key',
      source: 'RFC 8725 §2.8, §3.11 and §3.12',
      answer: '401 unsupported_header',
      send: () =>
        withMembers(
          ...[
            'at+jwt',
            'dpop+jwt',
            'logout+jwt',
            'secevent+jwt',
            'JWE',
            'JOSE',
            'JOSE+JSON',
            'application/jwt',
            'JWT ',
            ' JWT',
            'JWT\u0000',
            '',
          ].map((typ) => ({ typ })),
        ),
    },
    {
      attack: '`typ` that is no text',
      source: 'RFC 7519 §5.1, RFC 7515 §4.1.9',
      answer: '401 unsupported_header',
      send: () => withMembers(...[null, 0, 1, true, false, [], ['JWT'], {}].map((typ) => ({ typ }))),
    },
    {
      attack: "a JWE for this container's public key, which anybody can make",
      source: 'RFC 7516 §3.1, CVE-2023-51774 (json-jwt: encrypted taken for signed)',
      answer: '401 unsupported_algorithm',
      send: () => ['RSA-OAEP', 'RSA-OAEP-256', 'RSA1_5'].map((alg) => jwe({ alg, enc: 'A256GCM', cty: 'JWT' })),
    },
    {
      attack: 'a JWE that says RS256',
      source: 'RFC 7516 §9',
      answer: '401 malformed',
      send: () => [jwe({ alg: 'RS256', enc: 'A256GCM' }), jwe({ alg: 'RS256' })],
    },
    {
      attack: 'a JWE that asks for two thousand million rounds of PBKDF2',
      source: 'CVE-2022-36083 (jose)',
      answer: '401 unsupported_algorithm',
      send: () => [jwe({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2_000_000_000, p2s: 'AAAA' })],
    },
    {
      attack: 'a JWE in CBC, with its padding to be guessed',
      source: 'CVE-2021-29443 (jose)',
      answer: '401 unsupported_algorithm',
      send: () => Array.from({ length: 4 }, () => jwe({ alg: 'dir', enc: 'A128CBC-HS256' })),
    },
    {
      attack: 'the JSON serializations, general and flattened, with a genuine signature',
      source: 'RFC 7515 §7.2',
      answer: '401 malformed',
      send: ({ token }) => {
        const [header, payload, signature] = parts(token);
        return [
          JSON.stringify({ payload, protected: header, signature }),
          JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
          JSON.stringify({
            payload,
            signatures: [
              { header: { alg: 'none' }, signature: '' },
              { protected: header, signature },
            ],
          }),
        ];
      },
    },
    {
      attack: 'a detached payload',
      source: 'RFC 7515 appendix F',
      answer: '401 malformed',
      send: ({ token }) => [`${parts(token)[0]}..${parts(token)[2]}`],
    },
    {
      attack: 'a header that is no JSON object, signed with the right key',
      source: 'RFC 7515 §5.2 step 3',
      answer: '401 malformed',
      send: () =>
        [
          '',
          '[]',
          '["RS256"]',
          'null',
          '"RS256"',
          '1',
          'true',
          '{',
          '{}{}',
          '{"alg":"RS256",}',
          "{'alg':'RS256'}",
          '{"alg":"RS256"}x',
        ].map((header) => jws(header, scalewayClaims())),
    },
    {
      attack: 'hundreds of unknown members, or a deep one, in the header of a genuine token: ignored',
      source: 'RFC 7515 §4',
      answer: '200',
      send: () => [
        jws(
          { ...scalewayHeader, ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i}`, i])) },
          scalewayClaims(),
        ),
        jws(`{"alg":"RS256","x":${'['.repeat(1500)}${']'.repeat(1500)}}`, scalewayClaims()),
        jws('{"alg":"RS256","__proto__":{"crit":["x"]}}', scalewayClaims()),
      ],
    },
    {
      attack: 'the same header, sealed by an HMAC',
      source: 'RFC 8725 §2.1',
      answer: '401 bad_signature',
      send: () => [
        sealed('{"alg":"RS256","x":[[[]]]}', scalewayClaims(), () =>
          Buffer.from(publicKeySpellings[0]!).subarray(0, 32),
        ),
      ],
    },
  ],
};
