import { ScalewayPlatformError } from './scaleway-platform-error.js';

/**
 * Rejects values that cannot be a secret key, before a lower layer (such as fetch's header check) prints them.
 * The messages say what is wrong, but do not contain the value.
 */
export function checkSecretKey(value: unknown, from: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new ScalewayPlatformError('configuration', `The Scaleway secret key (${from}) must be a non-empty string.`);
  }
  if (/^\s|\s$/u.test(value)) {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway secret key (${from}) begins or ends with a space or a line break. Remove it.`,
    );
  }
  if (!/^[\x21-\x7e]{1,256}$/u.test(value)) {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway secret key (${from}) is malformed. It must have 36 characters, like xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.`,
    );
  }
  if (/^SCW[A-Z0-9]{17}$/u.test(value)) {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway secret key (${from}) looks like an access key. Use the secret key, which Scaleway shows once when you create the API key.`,
    );
  }
  return value;
}

const MAX_QUOTED_CHARACTERS = 300;

/**
 * The text of a reply, made safe for an error message: without the secret (debugging proxies echo headers), tokens, parts of
 * tokens or control characters (which a terminal would obey), and short.
 */
export function quotable(text: string, secretKey: string): string {
  const clean = text
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what is to be removed
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll(inAnySpelling(secretKey), '<secret key>')
    .replaceAll(/eyJ[\w-]+(?:\.[\w-]*)*/gu, '<token>')
    .trim();
  return clean.length > MAX_QUOTED_CHARACTERS ? `${clean.slice(0, MAX_QUOTED_CHARACTERS)}…` : clean;
}

/** Matches the key in any letter case, and with other or no characters instead of its dashes. */
function inAnySpelling(secretKey: string): RegExp | string {
  const characters = secretKey.match(/[a-z\d]/giu);
  return characters ? new RegExp(characters.join('[^a-z0-9]*'), 'giu') : secretKey;
}
