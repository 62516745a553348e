import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  type SignKeyObjectInput,
} from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { platforms } from '../support/app.js';
import {
  foreignKey,
  foreignPublicKeyPem,
  forApplication,
  forNamespace,
  jws,
  ownKey,
  publicKeyPem,
  scalewayClaims,
  scalewayHeader,
  sealed,
  signatureBytes,
  token,
} from '../support/issuer.js';
import { describeCases, type Probe, startProbe } from '../support/probe.js';

const spki = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'pem' }) as string;
// From its text: Node 24.20 and newer cannot export a key as PKCS#1 that came as PKCS#1.
const pkcs1Der = Buffer.from(publicKeyPem.replace(/-----[^-]+-----/g, ''), 'base64');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What a verifier might take for an HMAC secret: the public key, which is no secret, in every spelling. */
const secrets: [string, string | Buffer][] = [
  ['the PEM', publicKeyPem],
  ['the PEM without its last newline', publicKeyPem.trim()],
  ['the PEM in one line', publicKeyPem.trim().replaceAll('\n', ' ')],
  ['the PEM with escaped newlines', publicKeyPem.replaceAll('\n', '\\n')],
  ['the PEM with CRLF', publicKeyPem.replaceAll('\n', '\r\n')],
  ['the PEM as SPKI', spki],
  ['the DER', pkcs1Der],
  ['the base64 of the DER', pkcs1Der.toString('base64')],
  ['nothing', ''],
];

const hmac = (algorithm: string, secret: string | Buffer) => (input: Buffer) =>
  createHmac(algorithm, secret).update(input).digest();
const rsa = (hash: string, key: KeyObject | SignKeyObjectInput) => (input: Buffer) =>
  sign(hash, input, key as KeyObject);
const pss = (key: KeyObject, saltLength: number): SignKeyObjectInput => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength,
});

describeCases('the algorithm', {}, [
  ...['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
    {
      name: `${alg}, without a signature`,
      send: () => sealed({ alg }, scalewayClaims(), () => Buffer.alloc(0)),
      ends: '401 unsupported_algorithm',
    },
    {
      name: `${alg}, with a signature`,
      send: () => jws({ alg, typ: 'JWT' }, scalewayClaims()),
      ends: '401 unsupported_algorithm',
    },
  ]),
  ...['HS256', 'HS384', 'HS512'].flatMap((alg) =>
    secrets.map(([name, secret]) => ({
      name: `${alg} with ${name} as its secret`,
      send: () => sealed({ alg, typ: 'JWT' }, scalewayClaims(), hmac(alg.replace('HS', 'sha'), secret)),
      ends: '401 unsupported_algorithm',
    })),
  ),
  ...['RS384', 'RS512'].map((alg) => ({
    name: `${alg}, signed with the right key`,
    send: () => sealed({ alg, typ: 'JWT' }, scalewayClaims(), rsa(alg.replace('RS', 'sha'), ownKey)),
    ends: '401 unsupported_algorithm',
  })),
  {
    name: 'PS256, signed with the right key',
    send: () => sealed({ alg: 'PS256', typ: 'JWT' }, scalewayClaims(), rsa('sha256', pss(ownKey, 32))),
    ends: '401 unsupported_algorithm',
  },
  {
    name: 'ES256',
    send: () =>
      sealed({ alg: 'ES256', typ: 'JWT' }, scalewayClaims(), rsa('sha256', { key: ec, dsaEncoding: 'ieee-p1363' })),
    ends: '401 unsupported_algorithm',
  },
  ...['rs256', 'Rs256', 'RS256 ', '', null, true, 256, ['RS256'], { RS256: 1 }].map((alg) => ({
    name: `${JSON.stringify(alg)}, signed as RS256`,
    send: () => jws({ alg, typ: 'JWT' }, scalewayClaims()),
    ends: '401 unsupported_algorithm',
  })),
  { name: 'no alg', send: () => jws({ typ: 'JWT' }, scalewayClaims()), ends: '401 unsupported_algorithm' },
]);

describeCases('an RS256 signature', {}, [
  ...secrets.map(([name, secret]) => ({
    name: `an HMAC with ${name} as its secret`,
    send: () => sealed(scalewayHeader, scalewayClaims(), hmac('sha256', secret)),
    ends: '401 bad_signature',
  })),
  {
    name: 'of another hash',
    send: () => sealed(scalewayHeader, scalewayClaims(), rsa('sha384', ownKey)),
    ends: '401 bad_signature',
  },
  {
    name: 'of PSS padding',
    send: () => sealed(scalewayHeader, scalewayClaims(), rsa('sha256', pss(ownKey, 32))),
    ends: '401 bad_signature',
  },
  { name: 'by another key', send: () => token({}, foreignKey), ends: '401 bad_signature' },
  {
    name: 'by an EC key',
    send: () => sealed(scalewayHeader, scalewayClaims(), rsa('sha256', ec)),
    ends: '401 bad_signature',
  },
  {
    name: 'of zeros',
    send: () => sealed(scalewayHeader, scalewayClaims(), () => Buffer.alloc(signatureBytes)),
    ends: '401 bad_signature',
  },
  {
    name: 'of one byte',
    send: () => sealed(scalewayHeader, scalewayClaims(), () => Buffer.from([1])),
    ends: '401 bad_signature',
  },
  {
    name: 'too short by one byte',
    send: () => sealed(scalewayHeader, scalewayClaims(), (input) => rsa('sha256', ownKey)(input).subarray(1)),
    ends: '401 bad_signature',
  },
  {
    name: 'with a byte behind',
    send: () =>
      sealed(scalewayHeader, scalewayClaims(), (input) =>
        Buffer.concat([rsa('sha256', ownKey)(input), Buffer.from([0])]),
      ),
    ends: '401 bad_signature',
  },
  {
    name: 'with a zero before',
    send: () =>
      sealed(scalewayHeader, scalewayClaims(), (input) =>
        Buffer.concat([Buffer.from([0]), rsa('sha256', ownKey)(input)]),
      ),
    ends: '401 bad_signature',
  },
  {
    name: 'of another token',
    send: () => `${token().split('.').slice(0, 2).join('.')}.${token().split('.')[2]}`,
    ends: '401 bad_signature',
  },
  { name: 'of the payload of another', send: () => swapped(1), ends: '401 bad_signature' },
  { name: 'of another header', send: () => swapped(0), ends: '401 bad_signature' },
  { name: 'with one bit changed', send: () => flipped(), ends: '401 bad_signature' },
]);

function swapped(part: number): string {
  const parts = token().split('.');
  parts[part] = jws({ typ: 'JWT', alg: 'RS256' }, scalewayClaims({ jti: 'another' })).split('.')[part]!;
  return parts.join('.');
}

function flipped(): string {
  const [header, payload, signature] = token().split('.') as [string, string, string];
  const bytes = Buffer.from(signature, 'base64url');
  bytes[200]! ^= 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}

describeCases('a forged token is 401 whatever it claims', {}, [
  { name: 'this namespace', send: () => token({}, foreignKey), ends: '401 bad_signature' },
  { name: 'another namespace', send: () => token(forNamespace('another'), foreignKey), ends: '401 bad_signature' },
  { name: 'another container', send: () => token(forApplication('another'), foreignKey), ends: '401 bad_signature' },
  { name: 'nothing', send: () => token({ application_claim: undefined }, foreignKey), ends: '401 bad_signature' },
  { name: 'another issuer', send: () => token({ iss: 'another' }, foreignKey), ends: '401 bad_signature' },
  { name: 'another audience', send: () => token({ aud: 'another' }, foreignKey), ends: '401 bad_signature' },
]);

describe.each(platforms)('a key that the token brings along, on %s', (platform) => {
  let probe: Probe;
  let server: Server;
  let hits = 0;
  let keys: string;
  const jwk = createPublicKey(foreignPublicKeyPem).export({ format: 'jwk' });

  beforeAll(async () => {
    probe = await startProbe(platform);
    server = createServer((_request, response) => {
      hits++;
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'attacker' }] }));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    keys = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  afterAll(async () => {
    server.close();
    await probe.close();
  });

  const brought: [string, () => object][] = [
    ['kid', () => ({ kid: 'attacker' })],
    ['kid that is an address', () => ({ kid: keys })],
    ['kid that is a path', () => ({ kid: '../../../../../../dev/null' })],
    ['jwk', () => ({ jwk })],
    ['jku', () => ({ jku: keys, kid: 'attacker' })],
    ['x5u', () => ({ x5u: keys })],
    [
      'x5c',
      () => ({
        x5c: [createPublicKey(foreignPublicKeyPem).export({ type: 'spki', format: 'der' }).toString('base64')],
      }),
    ],
    ['all of them', () => ({ jku: keys, x5u: keys, kid: keys, jwk })],
  ];

  it.each(brought)('opens nothing: %s', async (_name, members) => {
    expect(await probe.ask(jws({ ...scalewayHeader, ...members() }, scalewayClaims(), foreignKey))).toBe(
      '401 bad_signature',
    );
  });
  it.each(brought)('is ignored in a genuine token: %s', async (_name, members) => {
    expect(await probe.ask(jws({ ...scalewayHeader, ...members() }, scalewayClaims()))).toBe('200');
  });
  it('is never fetched', () => {
    expect(hits).toBe(0);
  });
});
