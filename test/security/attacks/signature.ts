import { constants, createHash, sign } from 'node:crypto';
import {
  foreignKey,
  jws,
  ownKey,
  scalewayClaims,
  scalewayHeader,
  sealed,
  signatureBytes as LENGTH,
  token as fresh,
} from '../../support/issuer.js';
import type { AttackGroup } from '../attack.js';
import { ownPublicKey, parts, signedBlock, withPart } from '../forge.js';

const modulus = BigInt(`0x${Buffer.from(ownPublicKey.export({ format: 'jwk' }).n!, 'base64url').toString('hex')}`);
const toNumber = (signature: string) => BigInt(`0x${Buffer.from(signature, 'base64url').toString('hex')}`);
const toBytes = (value: bigint, length = LENGTH) => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

/** Bits all over a part, a different one in each byte. */
function flipped(token: string, at: 0 | 1 | 2): string[] {
  const bytes = Buffer.from(parts(token)[at], 'base64url');
  const step = Math.max(1, Math.floor(bytes.length / 32));
  const places = Array.from({ length: Math.min(32, bytes.length) }, (_, i) => i * step);
  return places.map((place, i) => {
    const changed = Buffer.from(bytes);
    changed[place]! ^= 1 << (i % 8);
    return withPart(token, at, () => changed.toString('base64url'));
  });
}

const withSignature = (token: string, ...signatures: Buffer[]) =>
  signatures.map((bytes) => withPart(token, 2, () => bytes.toString('base64url')));
const signatureOf = (token: string) => Buffer.from(parts(token)[2], 'base64url');

/** DigestInfo of SHA-256 (RFC 8017 section 9.2), as it is and as it must not be. */
const PREFIX = '3031300d060960864801650304020105000420';
const digest = (input: Buffer, hash = 'sha256') => createHash(hash).update(input).digest();
const info =
  (prefix: string, hash = 'sha256') =>
  (input: Buffer) =>
    signedBlock(Buffer.concat([Buffer.from(prefix, 'hex'), digest(input, hash)]), constants.RSA_PKCS1_PADDING);

/** A whole block, padded by hand. */
const block = (make: (info: Buffer) => Buffer[]) => (input: Buffer) => {
  const filled = Buffer.concat(make(Buffer.concat([Buffer.from(PREFIX, 'hex'), digest(input)])));
  return signedBlock(Buffer.concat([filled, Buffer.alloc(Math.max(0, LENGTH - filled.length))]).subarray(0, LENGTH));
};
const ff = (length: number) => Buffer.alloc(length, 0xff);
const of = (...bytes: number[]) => Buffer.from(bytes);

export const signature: AttackGroup = {
  title: 'The signature',
  about:
    'Modified versions of a token that was accepted before, which a cache could confuse with it. And signatures with the right key but wrong padding, which a lax verifier would accept.',
  attacks: [
    {
      attack: 'one bit flipped, all over the signature',
      source: 'RFC 7515 §5.2 step 8',
      answer: '401 bad_signature',
      send: ({ token }) => flipped(token, 2),
    },
    {
      attack: 'one bit flipped, all over the ids and times of the payload',
      source: 'RFC 7515 §5.2 step 8',
      answer: '401 bad_signature',
      // Inside the values, so that it stays JSON with the same members.
      send: ({ token }) => {
        const payload = Buffer.from(parts(token)[1], 'base64url').toString();
        return ['application_id', 'namespace_id', 'jti', 'sub', 'version'].flatMap((name) => {
          const at = payload.indexOf(`"${name}":`) + name.length + 4;
          return [1, 2, 4].flatMap((bit) => {
            const changed = Buffer.from(payload);
            changed[at]! ^= bit;
            const text = changed.toString('latin1');
            try {
              JSON.parse(text);
            } catch {
              return [];
            }
            return [withPart(token, 1, () => changed.toString('base64url'))];
          });
        });
      },
    },
    {
      attack: 'one letter of the header changed: `typ` jwt, members in another order, one more',
      source: 'RFC 7515 §5.2 step 8',
      answer: '401 bad_signature',
      send: ({ token }) =>
        [
          { alg: 'RS256', typ: 'jwt' },
          { typ: 'JWT', alg: 'RS256' },
          { alg: 'RS256' },
          { ...scalewayHeader, kid: '1' },
        ].map((header) => withPart(token, 0, () => Buffer.from(JSON.stringify(header)).toString('base64url'))),
    },
    {
      attack: 'the payload rewritten in another order, or for another caller, under the old signature',
      source: 'jwt_tool `-I -pc`, PortSwigger "unverified signature"',
      answer: '401 bad_signature',
      send: ({ token }) => {
        const claims = JSON.parse(Buffer.from(parts(token)[1], 'base64url').toString()) as Record<string, unknown>;
        const reversed = Object.fromEntries(Object.entries(claims).toReversed());
        return [reversed, { ...claims, exp: 4e9 }, { ...claims, jti: 'x' }, { ...claims, admin: true }].map((each) =>
          withPart(token, 1, () => Buffer.from(JSON.stringify(each)).toString('base64url')),
        );
      },
    },
    {
      attack: 'the signature of another genuine token, or its payload, or its header',
      source: 'RFC 7515 §5.2',
      answer: '401 bad_signature',
      send: ({ token }) => {
        const other = parts(jws({ typ: 'JWT', alg: 'RS256' }, scalewayClaims()));
        return ([0, 1, 2] as const).map((at) => withPart(token, at, () => other[at]));
      },
    },
    {
      attack: 'the same number in another form: `s + n`, `s - n`, `n - s`, zeros before or behind',
      source: 'RFC 8017 §8.2.2 (signature malleability)',
      answer: '401 bad_signature',
      send: ({ token }) => {
        const s = signatureOf(token);
        const value = toNumber(parts(token)[2]);
        return withSignature(
          token,
          toBytes(value + modulus, LENGTH + 1),
          toBytes((value + modulus) % (1n << BigInt(LENGTH * 8))),
          toBytes(modulus - value),
          Buffer.concat([of(0), s]),
          Buffer.concat([of(0, 0, 0, 0), s]),
          Buffer.concat([s, of(0)]),
          Buffer.concat([s, s]),
          Buffer.from(s.toReversed()),
        );
      },
    },
    {
      attack: 'a signature that is too short, too long, or of another size of key',
      source: 'RFC 8017 §8.2.2 step 1',
      answer: '401 bad_signature',
      send: ({ token }) => {
        const s = signatureOf(token);
        return withSignature(
          token,
          ...[1, 2, 3, 64, LENGTH / 2, LENGTH - 1].map((length) => s.subarray(0, length)),
          s.subarray(1),
          Buffer.alloc(LENGTH * 2, 1),
        );
      },
    },
    {
      attack: 'the numbers 0, 1, `n - 1`, `n` and `n + 1` as a signature',
      source: 'RFC 8017 §5.2.2, CVE-2017-11185 (Wycheproof)',
      answer: '401 bad_signature',
      send: ({ token }) =>
        withSignature(
          token,
          ...[0n, 1n, 2n, modulus - 1n, modulus, modulus + 1n].map((value) => toBytes(value)),
          ff(LENGTH),
          of(0),
          of(1),
        ),
    },
    {
      attack: 'a signature over something else: the payload alone, the JSON itself, the parts swapped, a digest',
      source: 'RFC 7515 §5.1 step 5',
      answer: '401 bad_signature',
      send: ({ token }) => {
        const [header, payload] = parts(token);
        const json = [header, payload].map((part) => Buffer.from(part, 'base64url').toString());
        return withSignature(
          token,
          ...[
            payload,
            header,
            `${payload}.${header}`,
            `${header}${payload}`,
            `${header}.${payload}.`,
            json.join('.'),
            json[1]!,
            '',
          ].map((text) => sign('sha256', Buffer.from(text), ownKey)),
          sign('sha256', digest(Buffer.from(`${header}.${payload}`)), ownKey),
        );
      },
    },
    {
      attack: 'a wrong DigestInfo: without its NULL, of another hash, bare, in BER, with something behind',
      source: 'RFC 8017 §9.2, CVE-2006-4339 (Bleichenbacher), Wycheproof',
      answer: '401 bad_signature',
      send: () =>
        [
          info('302f300b06096086480165030402010420'),
          info('3021300906052b0e03021a05000414', 'sha1'),
          info('3031300d060960864801650304020205000420'),
          info(''),
          info('308131300d060960864801650304020105000420'),
          info('3031300d06096086480165030402010500048120'),
          info(PREFIX, 'sha384'),
        ].map((seal) => sealed(scalewayHeader, scalewayClaims(), seal)),
    },
    {
      attack: 'a wrong padding: too short, of other bytes, of type 2 or 0, with rubbish behind the digest',
      source: 'RFC 8017 §9.2, CVE-2006-4339 (Bleichenbacher), Wycheproof',
      answer: '401 bad_signature',
      send: () =>
        [
          block((it) => [of(0, 1), ff(8), of(0), it]),
          block((it) => [of(0, 1), of(0), it]),
          block((it) => [of(0, 1), Buffer.alloc(LENGTH - 3 - it.length, 0xfe), of(0), it]),
          block((it) => [of(0, 2), ff(LENGTH - 3 - it.length), of(0), it]),
          block((it) => [of(0, 0), Buffer.alloc(LENGTH - 3 - it.length), of(0), it]),
          block((it) => [of(0, 1), ff(LENGTH - 3 - it.length - 8), of(0), it, Buffer.alloc(8, 0x41)]),
          block((it) => [of(0, 1), ff(LENGTH - 3 - it.length), of(1), it]),
        ].map((seal) => sealed(scalewayHeader, scalewayClaims(), seal)),
    },
    {
      attack: 'a forged token that claims another namespace or nothing: 401, not 403, whatever it says',
      source: 'RFC 8725 §3.3 (a token is judged by its signature first)',
      answer: '401 bad_signature',
      send: () =>
        [
          { application_claim: [{ namespace_id: 'x', application_id: '' }] },
          { application_claim: undefined },
          { iss: 'x' },
          { aud: 'x' },
        ].map((claims) => fresh(claims, foreignKey)),
    },
  ],
};
