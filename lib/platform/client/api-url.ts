import { ScalewayPlatformError } from './scaleway-platform-error.js';

/** Scaleway's API host. */
export const DEFAULT_API_URL = 'https://api.scaleway.com';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** The API's URL, without a trailing slash. The secret key is sent there, so it must be https, or http on this machine. */
export function checkApiUrl(value: unknown, from: string): string {
  let url: URL;
  try {
    url = new URL(String(value));
  } catch {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway API's URL (${from}) is not a valid URL. The usual one is ${DEFAULT_API_URL}.`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway API's URL (${from}) must not contain a user name, password, query or fragment.`,
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway API's URL (${from}) must begin with https://. Because the secret key is sent in a header, http:// is allowed only for localhost.`,
    );
  }
  // Node's fetch obeys this variable silently, and would send the key to any server that answers.
  if (url.protocol === 'https:' && process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new ScalewayPlatformError(
      'configuration',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 turns certificate checks off, and the secret key is not sent over such a connection. Unset it; to trust a private certificate authority, set NODE_EXTRA_CA_CERTS.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/u, '');
}

/** Whether a URL points to this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/** Checks only the form of a region, so that new regions of Scaleway work. */
export function checkRegion(value: unknown, from: string): string {
  if (typeof value === 'string' && /^[a-z]{2}-[a-z]{3}$/u.test(value)) return value;
  throw new ScalewayPlatformError(
    'configuration',
    `The Scaleway region (${from}) must be like fr-par, nl-ams or pl-waw.`,
  );
}
