import { applicationId, base64url, jws, scalewayClaims, scalewayHeader, signParts, token } from '../support/issuer.js';
import { type Case, describeCases } from '../support/probe.js';

/** A token whose parts were changed after it was signed; the signature is still real where only its writing changed. */
function changed(change: (parts: [string, string, string]) => string[]): string {
  return change(token().split('.') as [string, string, string]).join('.');
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes, written with other bits where the last character has some to spare; decoders drop them. */
function strayBits(part: string, bits = 1): string {
  const last = ALPHABET.indexOf(part.at(-1)!);
  return part.slice(0, -1) + ALPHABET[last + bits]!;
}

/** JSON of a length whose base64url has bits to spare in its last character: two of them, or four. */
function withSpareBits(value: object, bits: 2 | 4 = 4): string {
  let text = JSON.stringify(value);
  while (Buffer.byteLength(text) % 3 !== (bits === 4 ? 1 : 2)) text += ' ';
  return text;
}

describeCases('the parts of a token', {}, [
  { name: 'one part', send: () => 'abcd', ends: '401 malformed' },
  { name: 'two parts', send: () => changed(([h, p]) => [h, p]), ends: '401 malformed' },
  { name: 'four parts', send: () => changed((parts) => [...parts, 'AAAA']), ends: '401 malformed' },
  { name: 'five parts, as an encrypted token has', send: () => 'AAAA.AAAA.AAAA.AAAA.AAAA', ends: '401 malformed' },
  { name: 'an empty header', send: () => changed(([, p, s]) => ['', p, s]), ends: '401 malformed' },
  { name: 'an empty payload', send: () => changed(([h, , s]) => [h, '', s]), ends: '401 malformed' },
  { name: 'an empty signature', send: () => changed(([h, p]) => [h, p, '']), ends: '401 malformed' },
  { name: 'a dot behind', send: () => `${token()}.`, ends: '401 malformed' },
  { name: 'a dot before', send: () => `.${token()}`, ends: '401 malformed' },
  { name: 'dots alone', send: () => '..', ends: '401 malformed' },
  { name: 'quotes around', send: () => `"${token()}"`, ends: '401 malformed' },
  { name: 'a comma behind', send: () => `${token()},`, ends: '401 malformed' },
  {
    name: 'the JSON serialization',
    send: () => JSON.stringify({ protected: 'a', payload: 'b', signature: 'c' }),
    ends: '401 malformed',
  },
]);

const partNames = ['header', 'payload', 'signature'];

describeCases('base64url', {}, [
  ...partNames.flatMap((name, i): Case[] => {
    const inPart = (change: (part: string) => string) => () =>
      changed((parts) => parts.map((part, at) => (at === i ? change(part) : part)));
    return [
      { name: `padding in the ${name}`, send: inPart((part) => `${part}=`), ends: '401 malformed' },
      { name: `padding twice in the ${name}`, send: inPart((part) => `${part}==`), ends: '401 malformed' },
      {
        name: `a blank in the ${name}`,
        send: inPart((part) => `${part.slice(0, 8)} ${part.slice(8)}`),
        ends: '401 malformed',
      },
      {
        name: `a tab in the ${name}`,
        send: inPart((part) => `${part.slice(0, 8)}\t${part.slice(8)}`),
        ends: '401 malformed',
      },
      { name: `a plus sign in the ${name}`, send: inPart((part) => `+${part.slice(1)}`), ends: '401 malformed' },
      { name: `a slash in the ${name}`, send: inPart((part) => `/${part.slice(1)}`), ends: '401 malformed' },
      { name: `a percent sign in the ${name}`, send: inPart((part) => `%${part.slice(1)}`), ends: '401 malformed' },
      { name: `a letter beyond ASCII in the ${name}`, send: inPart((part) => `é${part}`), ends: '401 malformed' },
      {
        name: `a length that no bytes have, in the ${name}`,
        send: inPart((part) => part.slice(0, part.length - (part.length % 4)) + 'A'),
        ends: '401 malformed',
      },
    ];
  }),
  // The last character of a signature has bits to spare, whatever the size of the key, and decoders drop them.
  {
    name: 'stray bits in a real signature',
    send: () => changed(([h, p, s]) => [h, p, strayBits(s)]),
    ends: '401 malformed',
  },
  ...(
    [
      [2, 1],
      [4, 1],
      [4, 4],
    ] as const
  ).flatMap(([spare, bits]) => [
    {
      name: `stray bits in a signed payload, ${bits} of ${spare} bits`,
      send: () =>
        signParts(base64url(scalewayHeader), strayBits(base64url(withSpareBits(scalewayClaims(), spare)), bits)),
      ends: '401 malformed',
    },
    {
      name: `stray bits in a signed header, ${bits} of ${spare} bits`,
      send: () =>
        signParts(strayBits(base64url(withSpareBits(scalewayHeader, spare)), bits), base64url(scalewayClaims())),
      ends: '401 malformed',
    },
  ]),
  {
    name: 'bits to spare, not used',
    send: () => signParts(base64url(withSpareBits(scalewayHeader)), base64url(withSpareBits(scalewayClaims()))),
    ends: '200',
  },
]);

describeCases('the header of a token', {}, [
  { name: 'as Scaleway writes it', send: () => jws({ alg: 'RS256', typ: 'JWT' }, scalewayClaims()), ends: '200' },
  { name: 'without typ', send: () => jws({ alg: 'RS256' }, scalewayClaims()), ends: '200' },
  ...['jwt', 'Jwt', 'JWT'].map((typ) => ({
    name: `typ ${typ}`,
    send: () => jws({ alg: 'RS256', typ }, scalewayClaims()),
    ends: '200',
  })),
  ...['at+jwt', 'JWE', 'JOSE', 'application/jwt', ' JWT', 'JWT\n', '', null, 1, true, ['JWT'], {}].map((typ) => ({
    name: `typ ${JSON.stringify(typ)}`,
    send: () => jws({ alg: 'RS256', typ }, scalewayClaims()),
    ends: '401 unsupported_header',
  })),
  ...[
    { crit: ['exp'] },
    { crit: [] },
    { crit: null },
    { crit: ['b64'], b64: false },
    { b64: false },
    { b64: true },
    { zip: 'DEF' },
    { zip: null },
    { cty: 'JWT' },
    { cty: '' },
  ].map((members) => ({
    name: `with ${JSON.stringify(members)}`,
    send: () => jws({ ...scalewayHeader, ...members }, scalewayClaims()),
    ends: '401 unsupported_header',
  })),
  ...[
    '[]',
    '["RS256"]',
    'null',
    '"RS256"',
    '1',
    'true',
    'rubbish',
    '{',
    '{"alg":"RS256"',
    '\u{FEFF}{"alg":"RS256"}',
  ].map((header) => ({
    name: JSON.stringify(header),
    send: () => jws(header, scalewayClaims()),
    ends: '401 malformed',
  })),
  {
    name: 'bytes that are no UTF-8',
    send: () =>
      signParts(
        Buffer.from([...Buffer.from('{"alg":"RS256","x":"'), 0xff, 0x22, 0x7d]).toString('base64url'),
        base64url(scalewayClaims()),
      ),
    ends: '401 malformed',
  },
  { name: 'blanks in its JSON', send: () => jws(' {\n"alg" : "RS256" }\t', scalewayClaims()), ends: '200' },
  { name: 'an escape in its JSON', send: () => jws('{"\\u0061lg":"RS\\u003256"}', scalewayClaims()), ends: '200' },
  {
    name: 'alg twice, the last one none',
    send: () => jws('{"alg":"RS256","alg":"none"}', scalewayClaims()),
    ends: '401 unsupported_algorithm',
  },
  {
    name: 'alg in __proto__',
    send: () => jws('{"__proto__":{"alg":"RS256"}}', scalewayClaims()),
    ends: '401 unsupported_algorithm',
  },
  {
    name: 'crit in __proto__ changes nothing',
    send: () => jws('{"alg":"RS256","__proto__":{"crit":["x"]}}', scalewayClaims()),
    ends: '200',
  },
]);

describeCases('the payload of a token', {}, [
  ...[
    '[]',
    '[{}]',
    `[${JSON.stringify({ application_claim: [] })}]`,
    'null',
    '"text"',
    '1',
    'true',
    'rubbish',
    '{',
    '{}{}',
    ' ',
  ].map((payload) => ({
    name: `signed ${payload}`,
    send: () => jws(scalewayHeader, payload),
    ends: '401 malformed',
  })),
  {
    name: 'bytes that are no UTF-8',
    send: () =>
      signParts(
        base64url(scalewayHeader),
        Buffer.from([...Buffer.from('{"jti":"'), 0xc3, 0x28, 0x22, 0x7d]).toString('base64url'),
      ),
    ends: '401 malformed',
  },
  { name: 'an empty object', send: () => jws(scalewayHeader, '{}'), ends: '401 bad_claim' },
  {
    name: 'the claim in __proto__',
    send: () => jws(scalewayHeader, `{"__proto__":${JSON.stringify(scalewayClaims())}}`),
    ends: '401 bad_claim',
  },
  {
    name: 'exp in __proto__ changes nothing',
    send: () => jws(scalewayHeader, JSON.stringify(scalewayClaims()).replace('{', '{"__proto__":{"exp":1},')),
    ends: '200',
  },
  {
    name: 'exp twice, the last one over',
    send: () => jws(scalewayHeader, JSON.stringify(scalewayClaims()).replace(/}$/, ',"exp":1}')),
    ends: '401 expired',
  },
  {
    name: 'nested deep',
    send: () => jws(scalewayHeader, scalewayClaims({ deep: JSON.parse('['.repeat(1500) + ']'.repeat(1500)) })),
    ends: '200',
  },
  { name: 'text beyond ASCII', send: () => token({ note: 'été 🎈' }), ends: '200' },
  {
    name: 'more claims than Scaleway writes',
    send: () => token({ application_id: applicationId, scope: ['x'] }),
    ends: '200',
  },
  {
    name: 'the documented claim alone',
    send: () => jws(scalewayHeader, { application_claim: scalewayClaims()['application_claim'] }),
    ends: '200',
  },
]);
