import { jest } from '@jest/globals';
import { createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject } from 'node:crypto';
import { readPublicKey } from '../../lib/container/public-key.js';
import { foreignPublicKeyPem, ownKey, publicKeyPem } from '../support/issuer.js';
import {
  ec,
  ed25519,
  exponent3,
  pkcs1,
  rsa1024,
  rsa2040,
  rsa2048,
  rsaPss,
  spki,
  withNewlines,
} from '../support/pems.js';

const expected = createPublicKey(publicKeyPem);

/** A certificate for the ids of nobody; it only has to be one. */
const CERTIFICATE =
  '-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END CERTIFICATE-----\n';

describe('readPublicKey reads', () => {
  const pems = { 'PKCS#1': pkcs1, SPKI: spki };
  const newlines = {
    real: '\n',
    CRLF: '\r\n',
    'CR alone': '\r',
    escaped: '\\n',
    'escaped CRLF': '\\r\\n',
    'CRLF, escaped twice': '\\\\r\\\\n',
    'twice escaped': '\\\\n',
    blank: ' ',
    'two blanks': '  ',
    tab: '\t',
    no: '',
    'doubled real': '\n\n',
    indented: '\n  ',
  };
  const around: [string, (pem: string) => string][] = [
    ['nothing', (pem) => pem],
    ['a newline behind', (pem) => `${pem}\n`],
    ['blanks', (pem) => `  \n\t${pem} \r\n `],
    ['double quotes', (pem) => `"${pem}"`],
    ['single quotes', (pem) => `'${pem}'`],
    ['quotes and blanks', (pem) => ` " ${pem} " `],
    ['quotes in quotes', (pem) => `'"${pem}"'`],
    ['quotes, with an escaped newline behind', (pem) => `"${pem}\\n"`],
  ];
  const table = Object.entries(pems).flatMap(([kind, pem]) =>
    Object.entries(newlines).flatMap(([name, newline]) =>
      around.map(([what, put]) => [kind, name, what, put(withNewlines(pem, newline))] as const),
    ),
  );

  it.each(table)('%s with %s newlines, %s around', (_kind, _newline, _around, text) => {
    const key = readPublicKey(text);
    expect(key instanceof KeyObject ? 'a key' : key).toBe('a key');
    expect((key as KeyObject).type).toBe('public');
    expect((key as KeyObject).equals(expected)).toBe(true);
  });
  it.each([
    ['2048 bits', rsa2048.publicKey],
    ['an exponent of 3', exponent3.publicKey],
  ])('a key of %s', (_name, pem) => {
    expect(readPublicKey(pem)).toBeInstanceOf(KeyObject);
  });
});

it('refuses keys that OpenSSL does not verify with', () => {
  const jwk = (bytes: number, exponent: Buffer) => {
    const key = { kty: 'RSA', n: Buffer.alloc(bytes, 0xff).toString('base64url'), e: exponent.toString('base64url') };
    return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  };
  const usual = Buffer.from([1, 0, 1]);
  expect(readPublicKey(jwk(16_384 / 8, usual))).toBeInstanceOf(KeyObject);
  expect(readPublicKey(jwk(16_384 / 8 + 1, usual))).toContain('OpenSSL');
  expect(readPublicKey(jwk(512, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 1])))).toContain('OpenSSL');
});

const privatePkcs1 = ownKey.export({ type: 'pkcs1', format: 'pem' }) as string;
const privatePkcs8 = ownKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const encrypted = ownKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }) as string;
const privateEc = createPrivateKey(ec.privateKey).export({ type: 'sec1', format: 'pem' }) as string;
const relabel = (pem: string, label: string): string => pem.replaceAll(/(BEGIN|END) [A-Z0-9 ]+-/g, `$1 ${label}-`);
const cut = (pem: string): string => pem.replace(/[A-Za-z0-9+/=]{40}\n-----END/, '\n-----END');
const body = (pem: string): string => pem.replaceAll(/-----[^-]+-----/g, '').trim();

const privateKey = /contains a private key.*exposed/;
const refused: [string, string, RegExp][] = [
  ['a private key, PKCS#1', privatePkcs1, privateKey],
  ['a private key, PKCS#8', privatePkcs8, privateKey],
  ['a private key, encrypted', encrypted, privateKey],
  ['a private EC key', privateEc, privateKey],
  ['a private OpenSSH key', relabel(privatePkcs8, 'OPENSSH PRIVATE KEY'), privateKey],
  ['a private key in one line', withNewlines(privatePkcs8, ' '), privateKey],
  ['a private key with escaped newlines, in quotes', `"${withNewlines(privatePkcs8, '\\n')}"`, privateKey],
  ['a private key behind the public one', `${publicKeyPem}\n${privatePkcs8}`, privateKey],
  ['a private key that is cut off', privatePkcs8.slice(0, 500), privateKey],
  ['a private key labelled RSA PUBLIC KEY', relabel(privatePkcs1, 'RSA PUBLIC KEY'), /damaged|private/],
  ['a private key labelled PUBLIC KEY', relabel(privatePkcs8, 'PUBLIC KEY'), /damaged|private/],
  ['a certificate', CERTIFICATE, /contains a certificate/],
  ['a trusted certificate', relabel(CERTIFICATE, 'TRUSTED CERTIFICATE'), /contains a certificate/],
  ['an EC key', ec.publicKey, /\bEC\b/],
  ['an Ed25519 key', ed25519.publicKey, /Ed25519/],
  ['an RSA-PSS key', rsaPss.publicKey, /RSA-PSS/],
  ['an X25519 key', x25519(), /contains a key that is not RSA/],
  ['an RSA key of 1024 bits', rsa1024.publicKey, /1024 bits.*2048/],
  ['an RSA key of 2040 bits', rsa2040.publicKey, /2040 bits.*2048/],
  ['two keys', `${publicKeyPem}${foreignPublicKeyPem}`, /more than one PEM block/],
  ['two copies of one key', `${publicKeyPem}${publicKeyPem}`, /more than one PEM block/],
  ['two keys in one line', withNewlines(`${publicKeyPem}${foreignPublicKeyPem}`, ''), /more than one PEM block/],
  ['a key and a certificate', `${publicKeyPem}${CERTIFICATE}`, /more than one PEM block/],
  ['nothing', '', /is empty/],
  ['blanks', ' \n\t', /is empty/],
  ['quotes around nothing', '""', /is empty/],
  ['newlines, escaped', '\\n\\n', /is empty/],
  ['text', 'a key, honestly', /is not a PEM/],
  ['a path', '/run/secrets/key.pem', /is not a PEM/],
  ['the base64 of a PEM', Buffer.from(publicKeyPem).toString('base64'), /is not a PEM/],
  ['a PEM without its first and last line', body(publicKeyPem), /is not a PEM/],
  ['a JSON Web Key', JSON.stringify(expected.export({ format: 'jwk' })), /is not a PEM/],
  ['an SSH key', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 me@host', /is not a PEM/],
  ['a certificate request', relabel(publicKeyPem, 'NEW REQUEST'), /another kind of PEM/],
  ['an SSH2 key', relabel(publicKeyPem, 'SSH2 PUBLIC KEY'), /another kind|damaged/],
  ['PKCS#1 labelled as SPKI', relabel(pkcs1, 'PUBLIC KEY'), /damaged/],
  ['SPKI labelled as PKCS#1', relabel(spki, 'RSA PUBLIC KEY'), /damaged/],
  ['an EC key labelled as PKCS#1', relabel(ec.publicKey, 'RSA PUBLIC KEY'), /damaged/],
  ['a PEM that is cut off', cut(publicKeyPem), /damaged/],
  ['a PEM without its last line', publicKeyPem.slice(0, publicKeyPem.indexOf('-----END')), /damaged/],
  ['first and last line that differ', publicKeyPem.replace('END RSA PUBLIC', 'END PUBLIC'), /damaged/],
  ['a PEM without anything in it', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----', /damaged/],
  ['text before the PEM', `key: ${publicKeyPem}`, /damaged/],
  ['text behind the PEM', `${publicKeyPem} # prod`, /damaged/],
  ['one quote', `"${publicKeyPem}`, /damaged/],
  ['a stray character', publicKeyPem.replace('\nM', '\n*M'), /damaged/],
  ['bytes behind the key', appended(spki, 3), /damaged/],
  ['a byte behind the key, PKCS#1', appended(pkcs1, 1), /damaged/],
  ['five bytes behind the key, PKCS#1', appended(pkcs1, 5), /damaged/],
  ['as many bytes behind the key, PKCS#1, as SPKI has before it', appended(pkcs1, 24), /damaged/],
  ['many bytes behind the key, PKCS#1', appended(pkcs1, 600), /damaged/],
  ['a key with the exponent 1', withExponent(1), /exponent|damaged/],
  ['a key with an even exponent', withExponent(4), /exponent|damaged/],
  ['far too much', publicKeyPem + ' '.repeat(20_000), /characters long/],
];

/** A key with bytes behind it, which OpenSSL would ignore. */
function appended(pem: string, bytes: number): string {
  const der = Buffer.concat([Buffer.from(body(pem), 'base64'), Buffer.alloc(bytes)]);
  return pem.replace(body(pem), der.toString('base64'));
}

function x25519(): string {
  return generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }) as string;
}

/** With exponent 1 every message is its own signature. */
function withExponent(exponent: number): string {
  const jwk = { ...expected.export({ format: 'jwk' }), e: Buffer.from([exponent]).toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
}

describe('readPublicKey', () => {
  it('takes a text of 16,384 characters, and none longer', () => {
    const padded = (length: number) => publicKeyPem + ' '.repeat(length - publicKeyPem.length);
    expect(readPublicKey(padded(16_384))).toBeInstanceOf(KeyObject);
    expect(readPublicKey(padded(16_385))).toBe('is 16385 characters long, too long for an RSA public key');
  });
  it('takes off quotes that match alone', () => {
    for (const quote of ['"', "'", '`']) {
      expect(readPublicKey(`${quote}${publicKeyPem}${quote}`)).toBeInstanceOf(KeyObject);
      expect(readPublicKey(`${quote}${publicKeyPem}`)).toMatch(/damaged/);
      expect(readPublicKey(`${publicKeyPem}${quote}`)).toMatch(/damaged/);
      expect(readPublicKey(quote)).toMatch(/is not a PEM/);
    }
    expect(readPublicKey(`"${publicKeyPem}'`)).toMatch(/damaged/);
  });
  it('says what is wrong with a PEM in one sentence', () => {
    expect(readPublicKey('-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----')).toBe(
      'is a damaged PEM: the text between its first and last line is not base64, or is cut off',
    );
    expect(readPublicKey('-----BEGIN PUBLIC KEY-----')).toBe(
      'is a damaged PEM: it must be one "-----BEGIN …-----", base64, and the matching "-----END …-----", with nothing else',
    );
  });
});

describe('readPublicKey refuses', () => {
  it.each(refused)('%s, and shows nothing of it', (_name, text, message) => {
    const answer = readPublicKey(text);
    expect(typeof answer === 'string' ? answer : 'a key').toMatch(message);
    for (const line of text.split(/\s+|\\n/).filter((part) => part.length > 12)) expect(answer).not.toContain(line);
  });
  it.each<[string, object | undefined, RegExp]>([
    ['nothing', undefined, /0 bits/],
    ['no length', { publicExponent: 65537n }, /0 bits/],
    ['no exponent', { modulusLength: 4096 }, /unusable public exponent/],
  ])('a key of which Node tells %s', (_what, details, message) => {
    let prototype: object = expected;
    while (!Object.hasOwn(prototype, 'asymmetricKeyDetails')) prototype = Object.getPrototypeOf(prototype) as object;
    const told = jest.spyOn(prototype as KeyObject, 'asymmetricKeyDetails', 'get').mockReturnValue(details as never);
    const answer = readPublicKey(publicKeyPem);
    told.mockRestore();
    expect(answer).toMatch(message);
    expect(readPublicKey(publicKeyPem)).toBeInstanceOf(KeyObject);
  });
  it('each kind of key with a message of its own', () => {
    const kinds = [
      privatePkcs8,
      CERTIFICATE,
      ec.publicKey,
      ed25519.publicKey,
      rsaPss.publicKey,
      rsa1024.publicKey,
      publicKeyPem + publicKeyPem,
      'x',
    ];
    expect(new Set(kinds.map((text) => readPublicKey(text))).size).toBe(kinds.length);
  });
});
