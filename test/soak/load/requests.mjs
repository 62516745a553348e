import { randomUUID } from 'node:crypto';
import { pick } from '../../../scripts/tooling/statistics.mjs';

/**
 * @typedef {import('./material.mjs').Material} Material
 * @typedef {import('./material.mjs').Caller} Caller
 *
 * @typedef {object} Expected one of the answers that are right
 * @property {number} status
 * @property {string} [challenge]
 * @property {string} [jti]
 *
 * @typedef {object} Request
 * @property {string} kind
 * @property {string} text its bytes
 * @property {Expected[]} [expect] what it must be answered with
 * @property {number} [until] the end of its token: before, it must be let in, afterwards not; milliseconds since 1970
 * @property {number} [cut] after how many milliseconds the client leaves, without waiting for an answer
 */

const BEARER = 'Bearer realm="Scaleway container"';
/**
 * @param {number} status
 * @param {string} error
 * @param {string} description
 * @returns {Expected}
 */
const refused = (status, error, description) => ({
  status,
  challenge: `${BEARER}, error="${error}", error_description="${description}"`,
});
/** @param {string} description */
const invalid = (description) => [refused(401, 'invalid_token', description)];
const elsewhere = [refused(403, 'insufficient_scope', 'The token is not meant for this container')];
/**
 * @param {string} jti
 * @returns {Expected[]}
 */
const admitted = (jti) => [{ status: 200, jti }];

/**
 * @param {string} path
 * @param {Record<string, string | string[]>} headers
 * @param {string} [more] further lines
 */
function requestText(path, headers, more = '') {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}\r\n`),
  );
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n${lines.join('')}${more}\r\n`;
}

/** @type {((token: string) => Record<string, string>)[]} */
const HEADERS = [
  (token) => ({ 'X-Auth-Token': token }),
  (token) => ({ 'SCW-Functions-Token': token }),
  (token) => ({ Authorization: `Bearer ${token}` }),
];

/**
 * @param {string} kind
 * @param {string | string[]} token
 * @param {Expected[]} expect
 * @returns {Request}
 */
const withToken = (kind, token, expect) => ({ kind, text: requestText('/who', { 'X-Auth-Token': token }), expect });

/**
 * @param {{ callers: Caller[] }} material
 * @returns {Request}
 */
function valid({ callers }, path = '/who', kind = 'valid') {
  const { token, jti } = pick(callers);
  return { kind, text: requestText(path, pick(HEADERS)(token)), expect: admitted(jti) };
}

/**
 * Requests over connections that stay, by how often each kind is asked: well-formed HTTP that the guard decides about.
 *
 * @type {[weight: number, make: (material: Material) => Request][]}
 */
const KINDS = [
  [50, (material) => valid(material)],
  [5, (material) => valid(material, '/passport', 'valid, AuthGuard(SCALEWAY_JWT)')],
  [
    4,
    ({ expiring }) => {
      const { token, jti, until } = pick(expiring);
      const expect = [...admitted(jti), ...invalid('The token has expired')];
      return { ...withToken('expiring while in use', token, expect), until };
    },
  ],
  [6, ({ expired }) => withToken('expired', expired, invalid('The token has expired'))],
  [10, ({ forged }) => withToken('forged', forged(), invalid('The signature is invalid'))],
  [
    5,
    // One caller's claims under another's signature, which the cache knows.
    ({ callers }) => {
      const [one, other] = [pick(callers), pick(callers)];
      if (one === other) return valid({ callers });
      const [header, payload] = one.token.split('.');
      const token = `${header}.${payload}.${other.token.split('.')[2]}`;
      return withToken('forged, signature of another token', token, invalid('The signature is invalid'));
    },
  ],
  [2, ({ foreign }) => withToken('forged, signed with another key', foreign, invalid('The signature is invalid'))],
  [3, ({ otherNamespace }) => withToken('for another namespace', otherNamespace, elsewhere)],
  [2, ({ otherApplication }) => withToken('for another container', otherApplication, elsewhere)],
  [2, () => ({ kind: 'no token', text: requestText('/who', {}), expect: [{ status: 401, challenge: BEARER }] })],
  [2, ({ garbage }) => withToken('garbage', garbage, invalid('The token is malformed'))],
  [2, ({ none }) => withToken('alg none', none, invalid('The token is not signed with RS256'))],
  [2, ({ hmac }) => withToken('alg HS256', hmac, invalid('The token is not signed with RS256'))],
  [3, ({ oversized }) => withToken('oversized (9,000 characters)', oversized, invalid('The token is too long'))],
  [
    2,
    ({ callers }) =>
      withToken('two tokens', [pick(callers).token, pick(callers).token], invalid('More than one token was sent')),
  ],
  [1, () => withToken('IAM key', randomUUID(), invalid('The credential is not a JSON Web Token'))],
];

const WHEEL = KINDS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));

/**
 * What to ask next on a connection: mostly one request, at times two callers' in one go, until the server is to end.
 *
 * @param {import('./material.mjs').Phase} phase
 */
export function next(phase) {
  if (!phase.ending && Math.random() < 0.05)
    return [valid(phase, '/who', 'valid, pipelined'), valid(phase, '/who', 'valid, pipelined')];
  return [pick(WHEEL)(phase)];
}

/**
 * What is asked on connections that wait most of the time; on those of the load it would leave the server idle.
 *
 * @param {Material} phase
 */
export const nextSlow = (phase) => [valid(phase, '/slow', 'valid, slow route')];

/**
 * Requests that end their connection: broken HTTP with a genuine token. `cut` is sent and then dropped by the client.
 *
 * @type {((caller: Caller) => Request)[]}
 */
export const BROKEN = [
  ({ token, jti }) => ({
    kind: 'valid, on a new connection',
    text: requestText('/who', { 'X-Auth-Token': token, Connection: 'close' }),
    expect: admitted(jti),
  }),
  ({ token, jti }) => ({
    kind: 'headers above 8 KB',
    text: requestText('/who', { 'X-Auth-Token': token, 'X-Filler': 'x'.repeat(9000), Connection: 'close' }),
    expect: admitted(jti),
  }),
  ({ token }) => ({
    kind: 'headers above 16 KB',
    text: requestText('/who', { 'X-Auth-Token': token, 'X-Filler': 'x'.repeat(20_000) }),
    expect: [{ status: 431 }],
  }),
  ({ token }) => broken('HTTP/9.9', requestText('/who', { 'X-Auth-Token': token }).replace('HTTP/1.1', 'HTTP/9.9')),
  ({ token }) => broken('no method', requestText('/who', { 'X-Auth-Token': token }).replace('GET ', '')),
  ({ token }) => broken('header without colon', requestText('/who', { 'X-Auth-Token': token }, 'X-Broken\r\n')),
  ({ token }) => broken('NUL in a header', requestText('/who', { 'X-Auth-Token': token, 'X-Nul': 'a\0b' })),
  ({ token }) => broken('folded token', requestText('/who', { 'X-Auth-Token': token.replace('.', '.\r\n\x01') })),
  ({ token }) =>
    broken(
      'two lengths',
      requestText('/who', { 'X-Auth-Token': token, 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }),
    ),
  ({ token }) => broken('no Host', requestText('/who', { 'X-Auth-Token': token }).replace(/Host: .*\r\n/, '')),
  () => broken('bytes', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'),
  ({ token }) => ({
    kind: 'aborted in its headers',
    text: requestText('/who', { 'X-Auth-Token': token }).slice(0, -400),
    cut: 5,
  }),
  ({ token }) => ({ kind: 'aborted while waiting', text: requestText('/slow', { 'X-Auth-Token': token }), cut: 30 }),
  ({ token }) => ({ kind: 'aborted immediately', text: requestText('/who', { 'X-Auth-Token': token }), cut: 0 }),
];

/**
 * @param {string} what
 * @param {string} text
 */
function broken(what, text) {
  return { kind: `broken HTTP: ${what}`, text, expect: [{ status: 400 }] };
}
