import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

interface TestKeys {
  /** PKCS#1 PEM, as Scaleway injects it. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
  /** The key of another namespace. */
  readonly foreignKey: KeyObject;
}

let made: TestKeys | undefined;

/** The keys of this process, generated on first use. */
export function testKeys(): TestKeys {
  if (made === undefined) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { privateKey: foreignKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    made = { publicKey: publicKey.export({ type: 'pkcs1', format: 'pem' }) as string, privateKey, foreignKey };
  }
  return made;
}

/** Encodes these claims as a compact JWS: signed with RS256 if there is a key, otherwise unsigned. */
export function encodeToken(claims: object, key: KeyObject | undefined): string {
  const input = `${encode({ alg: key === undefined ? 'none' : 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = key === undefined ? '' : sign('sha256', Buffer.from(input), key).toString('base64url');
  return `${input}.${signature}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
