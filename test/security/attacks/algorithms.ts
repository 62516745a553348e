import { foreignKey, jws, namespaceId, ownKey, scalewayClaims, scalewayHeader, sealed } from '../../support/issuer.js';
import type { AttackGroup } from '../attack.js';
import { ed25519, hmac, p256, p384, p521, parts, pss, publicKeySpellings, secp256k1, signWith } from '../forge.js';

const NONE = ['none', 'None', 'NONE', 'nOnE', 'noNe', 'none ', ' none', 'none\u0000', 'nonе' /* a Cyrillic е */];
const HASHES = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };
const unsigned = () => Buffer.alloc(0);

/** A token for each HMAC algorithm with each of some secrets. */
const hmacs = (secrets: readonly (string | Buffer)[]) =>
  Object.entries(HASHES).flatMap(([alg, hash]) =>
    secrets.map((secret) => sealed({ alg, typ: 'JWT' }, scalewayClaims(), hmac(hash, secret))),
  );
const as = (alg: unknown, seal: (input: Buffer) => Buffer) => sealed({ alg, typ: 'JWT' }, scalewayClaims(), seal);

/** What a word list tries first. */
const WEAK = ['secret', 'password', 'changeme', 'your-256-bit-secret', 'jwt', 'null', 'undefined', '0', 'SCALEWAY'];

export const algorithms: AttackGroup = {
  title: 'The algorithm',
  about:
    'Only RS256 is accepted, in exactly this spelling. The key is an RSA public `KeyObject`, which cannot be used as an HMAC secret.',
  attacks: [
    {
      attack: '`alg` none, in any spelling, without a signature',
      source:
        'RFC 8725 §3.1 and §3.2, RFC 7519 §6, CVE-2022-23540 (jsonwebtoken), jwt_tool `-X a`, PortSwigger "flawed signature verification"',
      answer: '401 unsupported_algorithm',
      send: () => NONE.map((alg) => as(alg, unsigned)),
    },
    {
      attack: '`alg` none, with the signature of a genuine token',
      source: 'RFC 7515 §5.2',
      answer: '401 unsupported_algorithm',
      send: () => NONE.map((alg) => jws({ alg }, scalewayClaims())),
    },
    {
      attack: '`alg` none in JSON escapes',
      source: 'RFC 8259 §7',
      answer: '401 unsupported_algorithm',
      send: () => [sealed('{"alg":"\\u006eone"}', scalewayClaims(), unsigned)],
    },
    {
      attack: 'no `alg`, or one that is empty, null, a number, a list or an object',
      source: 'RFC 7515 §4.1.1',
      answer: '401 unsupported_algorithm',
      send: () => [
        jws({ typ: 'JWT' }, scalewayClaims()),
        ...['', ' ', null, 0, 256, true, false, [], ['RS256'], {}, { alg: 'RS256' }].map((alg) =>
          jws({ alg }, scalewayClaims()),
        ),
      ],
    },
    {
      attack: 'RS256 in another spelling, signed with the right key',
      source: 'RFC 7515 §4.1.1 (names are case-sensitive)',
      answer: '401 unsupported_algorithm',
      send: () =>
        ['rs256', 'Rs256', 'RS256 ', ' RS256', 'RS256\u0000', 'RSA256', 'RS-256', 'SHA256withRSA'].map((alg) =>
          jws({ alg }, scalewayClaims()),
        ),
    },
    {
      attack: 'an HMAC whose secret is the public key, in every spelling',
      source:
        'RFC 8725 §2.1, CVE-2015-9235 and CVE-2022-23541 (jsonwebtoken), npm advisory 88 (node-jws), CVE-2023-48223, CVE-2026-34950, CVE-2026-107722 and CVE-2026-107724 (fast-jwt), jwt_tool `-X k`, PortSwigger "algorithm confusion"',
      answer: '401 unsupported_algorithm',
      send: () => hmacs(publicKeySpellings),
    },
    {
      attack: 'the same HMAC, under the name RS256',
      source: 'RFC 8725 §3.1',
      answer: '401 bad_signature',
      send: () => publicKeySpellings.map((secret) => as('RS256', hmac('sha256', secret))),
    },
    {
      attack: 'an HMAC with an empty secret',
      source: 'CVE-2025-65945 (node-jws), CVE-2026-44351 (fast-jwt), jwt_tool `-X b`',
      answer: '401 unsupported_algorithm',
      send: () => hmacs(['', Buffer.from([0]), Buffer.alloc(32)]),
    },
    {
      attack: 'an HMAC with a secret that is easy to guess, or known to the sender',
      source: 'RFC 8725 §2.2 and §3.5, jwt_tool `-C`, PortSwigger "weak signing key"',
      answer: '401 unsupported_algorithm',
      send: () => hmacs([...WEAK, namespaceId]),
    },
    {
      attack: 'RS384 and RS512, signed with the right key',
      source: 'RFC 8725 §3.1, RFC 7515 §5.2',
      answer: '401 unsupported_algorithm',
      send: () => ['384', '512'].map((bits) => as(`RS${bits}`, signWith(`sha${bits}`, ownKey))),
    },
    {
      attack: 'PS256, PS384 and PS512, signed with the right key',
      source: 'RFC 8725 §3.1',
      answer: '401 unsupported_algorithm',
      send: () =>
        ['256', '384', '512'].map((bits) => as(`PS${bits}`, signWith(`sha${bits}`, pss(ownKey, Number(bits) / 8)))),
    },
    {
      attack: 'ECDSA and EdDSA, signed with a key of the attacker',
      source: 'RFC 8725 §3.1, CVE-2022-23541 (jsonwebtoken)',
      answer: '401 unsupported_algorithm',
      send: () => [
        as('ES256', signWith('sha256', { key: p256, dsaEncoding: 'ieee-p1363' })),
        as('ES384', signWith('sha384', { key: p384, dsaEncoding: 'ieee-p1363' })),
        as('ES512', signWith('sha512', { key: p521, dsaEncoding: 'ieee-p1363' })),
        as('ES256K', signWith('sha256', { key: secp256k1, dsaEncoding: 'ieee-p1363' })),
        as('EdDSA', signWith(null, ed25519)),
        as('Ed25519', signWith(null, ed25519)),
      ],
    },
    {
      attack: 'an ECDSA signature of zeros',
      source: 'CVE-2022-21449 ("psychic signatures"), jwt_tool `-X p`',
      answer: '401 unsupported_algorithm',
      send: () => [as('ES256', () => Buffer.alloc(64)), as('ES256', () => Buffer.from('3006020100020100', 'hex'))],
    },
    {
      attack: 'the name of an algorithm of encryption, of another registry, or of an object in JavaScript',
      source: 'RFC 7518 §4.1, RFC 8725 §3.1',
      answer: '401 unsupported_algorithm',
      send: () =>
        [
          'dir',
          'RSA1_5',
          'RSA-OAEP',
          'A256KW',
          'PBES2-HS256+A128KW',
          'HS1',
          'RS1',
          '__proto__',
          'constructor',
          'toString',
        ].map((alg) => jws({ alg }, scalewayClaims())),
    },
    {
      attack: 'RS256 in name, but another padding, hash or kind of key in its signature',
      source: 'RFC 7518 §3.3, CVE-2022-23539 (jsonwebtoken)',
      answer: '401 bad_signature',
      send: () => [
        as('RS256', signWith('sha256', pss(ownKey, 32))),
        ...['sha1', 'sha224', 'sha384', 'sha512', 'md5'].map((hash) => as('RS256', signWith(hash, ownKey))),
        as('RS256', signWith('sha256', p256)),
        as('RS256', signWith(null, ed25519)),
      ],
    },
    {
      attack: '`alg` twice: the last one none or HS256',
      source: 'RFC 7515 §4, RFC 8259 §4',
      answer: '401 unsupported_algorithm',
      send: () => [
        sealed('{"alg":"RS256","alg":"none"}', scalewayClaims(), unsigned),
        ...publicKeySpellings
          .slice(0, 2)
          .map((secret) => sealed('{"alg":"RS256","alg":"HS256"}', scalewayClaims(), hmac('sha256', secret))),
      ],
    },
    {
      attack: '`alg` twice: the last one RS256, the first one what was used',
      source: 'RFC 7515 §4, RFC 8259 §4',
      answer: '401 bad_signature',
      send: () => [
        sealed('{"alg":"none","alg":"RS256"}', scalewayClaims(), () => Buffer.from([0])),
        sealed('{"alg":"HS256","alg":"RS256"}', scalewayClaims(), hmac('sha256', publicKeySpellings[0]!)),
      ],
    },
    {
      attack: '`alg` in `__proto__` or `constructor` of the header',
      source: 'CWE-1321 (prototype pollution)',
      answer: '401 unsupported_algorithm',
      send: () => [
        jws('{"__proto__":{"alg":"RS256"}}', scalewayClaims()),
        jws('{"constructor":{"prototype":{"alg":"RS256"}}}', scalewayClaims()),
      ],
    },
    {
      attack: 'RS256 without a signature',
      source: 'RFC 7519 §6, CVE-2026-107720 (fast-jwt), jwt_tool `-X n`',
      answer: '401 malformed',
      send: ({ token }) => {
        const [header, payload] = parts(token);
        return [`${header}.${payload}.`, `${header}.${payload}`, sealed(scalewayHeader, scalewayClaims(), unsigned)];
      },
    },
    {
      attack: 'RS256 with a key of the attacker',
      source: 'RFC 7515 §5.2',
      answer: '401 bad_signature',
      send: () => [jws(scalewayHeader, scalewayClaims(), foreignKey)],
    },
  ],
};
