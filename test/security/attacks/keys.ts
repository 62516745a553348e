import { foreignKey, jws, scalewayClaims, scalewayHeader } from '../../support/issuer.js';
import type { AttackGroup, Loot } from '../attack.js';
import { attackerPublicKey, ownPublicKey, parts } from '../forge.js';

const spki = () => attackerPublicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const jwk = () => attackerPublicKey.export({ format: 'jwk' });

const KIDS = [
  'attacker',
  '',
  '../../../../../../dev/null',
  '/proc/sys/kernel/randomize_va_space',
  'file:///dev/null',
  "' UNION SELECT 'secret' --",
  '| sleep 9 |',
  '$(sleep 9)',
  '\u0000',
  '__proto__',
];

/** Tokens with one set of header members each. */
const withMembers = (members: readonly object[], key = foreignKey) =>
  members.map((each) => jws({ ...scalewayHeader, ...each }, scalewayClaims(), key));

const brought = ({ keysUrl, token }: Loot): object[] => [
  { jwk: jwk() },
  { jku: keysUrl, kid: 'attacker' },
  { x5u: keysUrl },
  { x5c: [spki()], x5t: 'AAAA', 'x5t#S256': 'AAAA' },
  { jku: keysUrl, x5u: keysUrl, kid: keysUrl, jwk: jwk(), x5c: [spki()] },
  { epk: jwk(), apu: 'AAAA' },
  { iss: keysUrl, jwks: { keys: [jwk()] }, jwks_uri: keysUrl },
  { jwt: token },
];

export const keys: AttackGroup = {
  title: 'Keys in the token',
  about:
    'The key comes only from `SCW_PUBLIC_KEY`. Header members that name or contain another key are ignored. These tokens point ' +
    "to a server with the attacker's keys, which must not get a request during the run.",
  attacks: [
    {
      attack: "the attacker's public key in `jwk`",
      source: 'CVE-2018-0114 (node-jose), RFC 7515 §4.1.3, jwt_tool `-X i`, PortSwigger "jwk header injection"',
      answer: '401 bad_signature',
      send: () => withMembers([{ jwk: jwk() }, { jwk: { ...jwk(), kid: 'attacker' }, kid: 'attacker' }]),
    },
    {
      attack: "the address of the attacker's keys in `jku`",
      source: 'RFC 8725 §3.10, RFC 7515 §4.1.2, jwt_tool `-X s`, PortSwigger "jku header injection"',
      answer: '401 bad_signature',
      send: ({ keysUrl }) =>
        withMembers([
          { jku: keysUrl },
          { jku: keysUrl, kid: 'attacker' },
          { jku: `${keysUrl}#https://api.scaleway.com/` },
        ]),
    },
    {
      attack: 'a certificate, or its address, in `x5c` and `x5u`',
      source: 'RFC 8725 §3.10, RFC 7515 §4.1.5, §4.1.6, §4.1.7 and §4.1.8, jwt_tool',
      answer: '401 bad_signature',
      send: ({ keysUrl }) => withMembers([{ x5u: keysUrl }, { x5c: [spki()] }, { x5c: [spki()], x5u: keysUrl }]),
    },
    {
      attack: '`kid` as a path, a query, a command or an address',
      source: 'RFC 8725 §3.10, jwt_tool `-I -hc kid`, PortSwigger "kid header path traversal"',
      answer: '401 bad_signature',
      send: ({ keysUrl }) => withMembers([...KIDS, keysUrl].map((kid) => ({ kid }))),
    },
    {
      attack: '`kid` of the wrong type',
      source: 'RFC 7515 §4.1.4',
      answer: '401 bad_signature',
      send: () => withMembers([null, 0, [], {}, ['attacker'], true].map((kid) => ({ kid }))),
    },
    {
      attack: 'all of them together, and members that other libraries know',
      source: 'RFC 7515 §4.1',
      answer: '401 bad_signature',
      send: (loot) => withMembers(brought(loot)),
    },
    {
      attack: "the attacker's keys named in claims: `iss`, `jku`, `jwk`, `cnf`",
      source: 'CVE-2025-30144 (fast-jwt with get-jwks), RFC 8725 §3.8',
      answer: '401 bad_signature',
      send: ({ keysUrl }) =>
        [{ iss: keysUrl }, { iss: [keysUrl, 'SCALEWAY'] }, { jku: keysUrl, jwk: jwk(), cnf: { jwk: jwk() } }].map(
          (claims) => jws(scalewayHeader, scalewayClaims(claims), foreignKey),
        ),
    },
    {
      attack: "this container's own public key in `jwk`, with no use of its private half",
      source: 'RFC 7515 §4.1.3',
      answer: '401 bad_signature',
      send: ({ token }) => {
        const header = { ...scalewayHeader, jwk: ownPublicKey.export({ format: 'jwk' }) };
        const forged = parts(jws(header, scalewayClaims(), foreignKey));
        return [forged.join('.'), [...forged.slice(0, 2), parts(token)[2]].join('.')];
      },
    },
    {
      attack: 'the same members in a genuine token: ignored, and never fetched',
      source: 'RFC 7515 §4 (what is not understood is ignored)',
      answer: '200',
      send: (loot) => brought(loot).map((members) => jws({ ...scalewayHeader, ...members }, scalewayClaims())),
    },
  ],
};
