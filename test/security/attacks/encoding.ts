import { base64url, jws, scalewayClaims, scalewayHeader, signParts } from '../../support/issuer.js';
import type { AttackGroup } from '../attack.js';
import { parts, wire, withPart } from '../forge.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const EACH = [0, 1, 2] as const;

/** A known token with each of its parts changed in each way. */
const inEach = (token: string, ...changes: ((part: string) => string)[]) =>
  EACH.flatMap((at) => changes.map((change) => withPart(token, at, change)));

/** All other ways to write the last character of a part that has bits to spare; decoders drop those. */
function otherSpellings(part: string): string[] {
  const spare = { 2: 16, 3: 4 }[part.length % 4] ?? 1;
  const last = ALPHABET.indexOf(part.at(-1)!);
  return Array.from({ length: spare - 1 }, (_, i) => part.slice(0, -1) + ALPHABET[last + i + 1]!);
}

/** JSON whose base64url has bits to spare in its last character. */
function spacious(value: object): string {
  const text = JSON.stringify(value);
  return Buffer.byteLength(text) % 3 === 0 ? `${text} ` : text;
}

const insert =
  (text: string, at = 8) =>
  (part: string) =>
    part.slice(0, at) + text + part.slice(at);
const bytes = (...values: (string | number[])[]) =>
  Buffer.concat(values.map((value) => Buffer.from(value as string))).toString('base64url');

/** Requests of which not Node's client, but only a socket would send the header. */
const sent = (token: string) => wire([`X-Auth-Token: ${token}`]);

export const encoding: AttackGroup = {
  title: 'One token, one spelling',
  about:
    'All of these are a genuine token in another spelling, which a lax decoder reads as the same bytes. Neither the parser nor the cache accepts them as that token.',
  attacks: [
    {
      attack: 'base64 padding',
      source: 'RFC 7515 §2 (base64url without padding)',
      answer: '401 malformed',
      send: ({ token }) =>
        inEach(
          token,
          (part) => `${part}=`,
          (part) => `${part}==`,
          (part) => `=${part}`,
          (part) => `${part}%3D`,
        ),
    },
    {
      attack: "stray bits in a part's last character",
      source: 'RFC 4648 §3.5, RFC 7515 §2',
      answer: '401 malformed',
      send: ({ token }) => [
        // Three are all that a signature of 4096 bits has, and the shorter ones of other keys have more.
        ...otherSpellings(parts(token)[2])
          .slice(0, 3)
          .map((signature) => withPart(token, 2, () => signature)),
        ...otherSpellings(base64url(spacious(scalewayClaims()))).map((payload) =>
          signParts(base64url(scalewayHeader), payload),
        ),
        ...otherSpellings(base64url(spacious(scalewayHeader))).map((header) =>
          signParts(header, base64url(scalewayClaims())),
        ),
      ],
    },
    {
      attack: "base64's own alphabet: `+` and `/` for `-` and `_`",
      source: 'RFC 4648 §5, RFC 7515 §2',
      answer: '401 malformed',
      send: ({ token }) => [
        withPart(token, 2, (part) => part.replaceAll('-', '+').replaceAll('_', '/') + '+'),
        ...inEach(
          token,
          (part) => `+${part.slice(1)}`,
          (part) => `/${part.slice(1)}`,
        ),
      ],
    },
    {
      attack: 'blanks, tabs and other characters inside, which decoders skip',
      source: 'RFC 7515 §2 and §5.2 (no line breaks, white space or other characters)',
      answer: '401 malformed',
      send: ({ token }) =>
        inEach(token, ...[' ', '\t', '!', '.', '~', '%20', '\\n', '\u00a0', 'é', '"'].map((text) => insert(text))),
    },
    {
      attack: 'line breaks, form feeds and NUL inside: Node answers',
      source: 'RFC 9112 §2.2 and §5, RFC 7515 §2',
      answer: '400',
      send: ({ token }) =>
        ['\r', '\0', '\x7f', '\x1b', '\v', '\f'].map((text) => sent(withPart(token, 1, insert(text)))),
    },
    {
      attack: 'a header folded over two lines: Node answers',
      source: 'RFC 9112 §5.2 (obs-fold)',
      answer: '400',
      send: ({ token }) => [sent(withPart(token, 1, insert('\r\n ')))],
    },
    {
      attack: 'something before or behind: a dot, a quote, a comma, a scheme, brackets',
      source: 'RFC 7515 §7.1',
      answer: '401 malformed',
      send: ({ token }) => [
        ...['.', '..', '"', "'", ',', ';', '?', '#', '\\', '=', '%00', ' x', '\u00a0', '\u00ff'].map(
          (text) => token + text,
        ),
        ...['.', '"', "'", ',', '\\', 'x ', 'Bearer ', 'JWT ', 'token=', '\u00a0', '\u00ef\u00bb\u00bf'].map(
          (text) => text + token,
        ),
        `"${token}"`,
        `<${token}>`,
        `${token}.${token}`,
        `${token},${token}`,
        `${token} ${token}`,
      ],
    },
    {
      attack: 'more or fewer than three parts',
      source: 'RFC 7519 §7.2 step 1, RFC 7516 §9',
      answer: '401 malformed',
      send: ({ token }) => {
        const [header, payload, signature] = parts(token);
        return [
          header,
          `${header}.${payload}`,
          `${token}.AAAA`,
          `${header}.${header}.${payload}.${signature}`,
          '.',
          '..',
          '...',
          '-.-.-',
        ];
      },
    },
    {
      attack: 'another letter case',
      source: 'RFC 4648 §5',
      answer: '401 malformed',
      send: ({ token }) => [token.toUpperCase(), token.toLowerCase()],
    },
    {
      attack: 'characters that look like those of base64url, in Latin-1 and UTF-8',
      source: 'RFC 7515 §2, RFC 8725 §3.7',
      answer: '401 malformed',
      send: ({ token }) => [
        ...inEach(
          token,
          (part) => part.replace(/[aeiouAEIOU]/, 'á'),
          (part) => part.replace(/./, '¡'),
        ),
        // A full-width letter and a Cyrillic one, as their bytes in UTF-8.
        ...['ａ', 'е', '．'].map((text) => sent(withPart(token, 1, insert(Buffer.from(text).toString('latin1'))))),
      ],
    },
    {
      attack: 'a signed part whose bytes are no UTF-8: cut off, overlong, surrogates, Latin-1',
      source: 'RFC 8725 §3.7, RFC 7515 §5.2',
      answer: '401 malformed',
      send: () =>
        [
          [0xff],
          [0xc3],
          [0xc0, 0xaf],
          [0xe0, 0x80, 0xaf],
          [0xed, 0xa0, 0x80],
          [0xf5, 0x80, 0x80, 0x80],
          [0xe9],
        ].flatMap((odd) => [
          signParts(base64url(scalewayHeader), bytes('{"jti":"', odd, '"}')),
          signParts(bytes('{"alg":"RS256","x":"', odd, '"}'), base64url(scalewayClaims())),
        ]),
    },
    {
      attack: 'signed JSON in UTF-16 or UTF-32, or behind a byte order mark',
      source: 'RFC 8259 §8.1, RFC 8725 §3.7',
      answer: '401 malformed',
      send: () => {
        const utf16 = Buffer.from(JSON.stringify(scalewayClaims()), 'utf16le').toString('base64url');
        return [
          signParts(base64url(scalewayHeader), utf16),
          signParts(
            Buffer.from(JSON.stringify(scalewayHeader), 'utf16le').toString('base64url'),
            base64url(scalewayClaims()),
          ),
          jws(`\ufeff${JSON.stringify(scalewayHeader)}`, scalewayClaims()),
          jws(scalewayHeader, `\ufeff${JSON.stringify(scalewayClaims())}`),
        ];
      },
    },
    {
      attack: 'signed JSON with comments, trailing commas, single quotes, NaN, or something behind it',
      source: 'RFC 8259 §2',
      answer: '401 malformed',
      send: () =>
        [
          '{/**/}',
          '{"a":1,}',
          "{'a':1}",
          '{a:1}',
          '{"a":NaN}',
          '{"a":Infinity}',
          '{"a":01}',
          '{"a":.5}',
          '{"a":1.}',
          '{"a":+1}',
          '{"a":0x1}',
          '{"a":"\t"}',
          '{}x',
          '{} {}',
          '\u00a0{}',
          '{}\0',
        ].map((text) => jws(scalewayHeader, text)),
    },
    {
      attack: 'what is fit JSON all the same: white space, escapes, letters beyond ASCII',
      source: 'RFC 8259 §2 and §7',
      answer: '200',
      send: () => [
        jws(' {\n"\\u0061lg" :\t"RS\\u003256" } ', scalewayClaims()),
        jws(scalewayHeader, `\r\n${JSON.stringify(scalewayClaims({ note: 'été 🎈 \u202e' }))} `),
      ],
    },
  ],
};
