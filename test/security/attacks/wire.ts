import type { AttackGroup } from '../attack.js';
import { wire } from '../forge.js';

const chunked = ['Transfer-Encoding: chunked', 'Content-Type: text/plain', 'Trailer: X-Auth-Token'];

export const wireAttacks: AttackGroup = {
  title: 'Places and forms of a request',
  about:
    'A token is only read from headers, and no other part of a request can replace it. A status alone is a response of Node or of the platform, before any guard.',
  attacks: [
    {
      attack: 'the token in the query, in any name',
      source: 'RFC 6750 §2.3 and §5.3',
      answer: '401 no_token',
      send: ({ token: known }) =>
        [
          'access_token',
          'token',
          'x-auth-token',
          'X-Auth-Token',
          'authorization',
          'jwt',
          'auth_token',
          'headers[x-auth-token]',
          '__proto__[x-auth-token]',
        ].map((name) => wire([], `GET /guarded?${name}=${known} HTTP/1.1`)),
    },
    {
      attack: 'the token in a trailer',
      source: 'RFC 9110 §6.5.1',
      answer: '401 no_token',
      send: ({ token: known }) => [wire(chunked, undefined, `1\r\na\r\n0\r\nX-Auth-Token: ${known}\r\n\r\n`)],
    },
    {
      attack: 'headers of more than 16 kilobytes: Node answers',
      source: 'RFC 6585 §5, CWE-400',
      answer: '431',
      send: ({ token: known }) => [
        wire([`X-Auth-Token: ${'a'.repeat(20_000)}`]),
        wire([`X-Auth-Token: ${known}`, `X: ${'a'.repeat(20_000)}`]),
        wire([`X-Auth-Token: ${known}`, ...Array.from({ length: 2000 }, (_, i) => `X-${i}: aaaa`)]),
      ],
    },
    {
      attack: 'a request that two servers could read in two ways: Node answers',
      source: 'RFC 9112 §5.1, §6.1 and §11.2 (smuggling), CWE-444',
      answer: '400',
      send: ({ token: known }) => [
        wire([`X-Auth-Token : ${known}`]),
        wire([`X-Auth Token: ${known}`]),
        wire([`X-Auth-Token\0: ${known}`]),
        wire([`: ${known}`]),
        wire([known]),
        wire(
          [`X-Auth-Token: ${known}`, 'Content-Length: 1', 'Transfer-Encoding: chunked'],
          'POST /guarded HTTP/1.1',
          '0\r\n\r\n',
        ),
        wire([`X-Auth-Token: ${known}`, 'Content-Length: 1', 'Content-Length: 2'], 'POST /guarded HTTP/1.1', 'aa'),
        wire([`X-Auth-Token: ${known}`], 'GET /guarded HTTP/9.9'),
        wire([`X-Auth-Token: ${known}`], 'G\u00cbT /guarded HTTP/1.1'),
      ],
    },
    {
      attack: 'something behind the path, without a token',
      source: 'CWE-647 (non-canonical paths)',
      answer: '401 no_token',
      send: () =>
        ['/guarded?', '/guarded?/health', '/guarded?x=%2e%2e'].map((path) => wire([], `GET ${path} HTTP/1.1`)),
    },
    {
      attack: 'HTTP/1.0, another method by name in a header, and headers that proxies set, without a token',
      source: 'CWE-650, CWE-290 (trusting a header)',
      answer: '401 no_token',
      send: () => [
        wire([], 'GET /guarded HTTP/1.0'),
        wire(['X-HTTP-Method-Override: OPTIONS']),
        ...[
          'X-Forwarded-For: 127.0.0.1',
          'X-Original-URL: /health',
          'X-Rewrite-URL: /health',
          'X-Forwarded-Prefix: /health',
          'User-Agent: kube-probe/1.0',
          'X-Scw-Public: true',
          'SCW_PUBLIC: true',
          'Upgrade: h2c',
        ].map((line) => wire([line])),
      ],
    },
    {
      attack: 'bytes beyond ASCII in a header, or blanks that are none',
      source: 'RFC 9110 §5.5',
      answer: '401 malformed',
      send: ({ token: known }) => [
        ...['\u0080', '\u00a0', '\u00ff', '\u0085'].flatMap((text) => [
          wire([`X-Auth-Token: ${text}${known}`]),
          wire([`X-Auth-Token: ${known}${text}`]),
        ]),
        wire([`X-Auth-Token: ${'\u00ff'.repeat(4000)}`]),
      ],
    },
  ],
};
