import { createPublicKey, type KeyObject } from 'node:crypto';

/** RFC 7518 section 3.3: RS256 requires 2048 bits or more. */
const MINIMUM_BITS = 2048;

/** OpenSSL's OPENSSL_RSA_MAX_MODULUS_BITS. */
const MAXIMUM_BITS = 16_384;

/** A PEM of the largest RSA key that OpenSSL verifies with (16,384 bits) is about 2,900 characters. */
const MAXIMUM_LENGTH = 16_384;

const PEM_BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END ([A-Z0-9 ]+)-----$/;

/**
 * Reads the RSA public key in `SCW_PUBLIC_KEY`. It accepts the forms that platforms, `.env` files, compose files and shells
 * produce: PKCS#1 or SPKI, with real, CRLF, escaped, blank or missing newlines, quoted or padded.
 *
 * @returns the key, or the end of a sentence that says what is wrong (it does not contain the text)
 */
export function readPublicKey(text: string): KeyObject | string {
  if (text.length > MAXIMUM_LENGTH) return `is ${text.length} characters long, too long for an RSA public key`;

  const pem = unquote(text.replace(/(?<!\\)(?:\\+r)?\\+n/g, '\n'));
  if (pem === '') return 'is empty';

  // First, so that a user who pasted a private key is told, even if the rest is damaged.
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(pem))
    return 'contains a private key; set the public key instead, and replace the key pair, because its private key has been exposed';
  const blocks = pem.split('-----BEGIN ').length - 1;
  if (blocks > 1) return 'contains more than one PEM block; it must be one public key';
  if (blocks === 0) return 'is not a PEM: it has no "-----BEGIN …-----" line';
  if (/-----BEGIN [A-Z0-9 ]*CERTIFICATE/.test(pem)) return 'contains a certificate; it must be a public key';

  const [, label, body, endLabel] = PEM_BLOCK.exec(pem) ?? [];
  if (label === undefined || body === undefined || label !== endLabel)
    return 'is a damaged PEM: it must be one "-----BEGIN …-----", base64, and the matching "-----END …-----", with nothing else';
  if (label !== 'RSA PUBLIC KEY' && label !== 'PUBLIC KEY')
    return 'is another kind of PEM; it must begin with "BEGIN RSA PUBLIC KEY" or "BEGIN PUBLIC KEY"';

  const base64 = body.replace(/\s/g, '');
  const der = Buffer.from(base64, 'base64');
  if (der.length === 0 || der.toString('base64') !== base64)
    return 'is a damaged PEM: the text between its first and last line is not base64, or is cut off';

  const type = label === 'PUBLIC KEY' ? 'spki' : 'pkcs1';
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type });
  } catch {
    return 'is a damaged PEM: its base64 does not contain a public key';
  }
  const fault = unsuitable(key);
  if (fault !== undefined) return fault;
  // createPublicKey ignores bytes after the key, and accepts a private key that is labelled as a public one.
  if (!holdsOnly(key, der)) return 'is a damaged PEM: it contains something besides one public key';
  return key;
}

/** Whether these bytes are exactly the key's encoding. */
function holdsOnly(key: KeyObject, der: Buffer): boolean {
  // Node 24.20 and 24.21 cannot export a key as PKCS#1 that was imported as PKCS#1. SPKI ends with the same bytes.
  return key.export({ format: 'der', type: 'spki' }).subarray(-der.length).equals(der);
}

function unquote(text: string): string {
  let inner = text.trim();
  for (let quoted = true; quoted;) {
    const quote = inner[0];
    quoted = inner.length > 1 && (quote === '"' || quote === "'" || quote === '`') && inner.endsWith(quote);
    if (quoted) inner = inner.slice(1, -1).trim();
  }
  return inner;
}

function unsuitable(key: KeyObject): string | undefined {
  const type = key.asymmetricKeyType;
  if (type === 'rsa-pss') return 'contains an RSA-PSS key; tokens are signed with RS256, which needs a plain RSA key';
  if (type === 'ec') return 'contains an elliptic-curve (EC) key; tokens are signed with RS256, which needs an RSA key';
  if (type === 'ed25519') return 'contains an Ed25519 key; tokens are signed with RS256, which needs an RSA key';
  if (type !== 'rsa') return 'contains a key that is not RSA; tokens are signed with RS256, which needs an RSA key';

  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MINIMUM_BITS)
    return `contains an RSA key of ${modulusLength} bits; RS256 needs ${MINIMUM_BITS} or more (Scaleway's keys have 4096)`;
  if (modulusLength > MAXIMUM_BITS || publicExponent >= 2n ** 64n)
    return `contains an RSA key that OpenSSL does not verify with: it allows ${MAXIMUM_BITS} bits, and exponents of 64`;
  // With exponent 1 every message is its own signature. Even exponents are not valid RSA keys.
  if (publicExponent < 3n || publicExponent % 2n === 0n) return 'contains an RSA key with an unusable public exponent';
  return undefined;
}
