import { ScalewayPlatformError } from './scaleway-platform-error.js';

/** Scaleway's API host. */
export const DEFAULT_API_URL = 'https://api.scaleway.com';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** The API's address, without a slash at the end. The secret key goes there: https, or http that stays on this machine. */
export function checkApiUrl(value: unknown, from: string): string {
  let url: URL;
  try {
    url = new URL(String(value));
  } catch {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway API's URL (${from}) is not a URL: ${DEFAULT_API_URL} is the usual one.`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway API's URL (${from}) must hold no user name, password, query or fragment.`,
    );
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway API's URL (${from}) must begin with https:// (http:// is for localhost only, because the secret key travels in a header).`,
    );
  }
  // Node's fetch obeys this variable silently: the key would go to whoever answers.
  if (url.protocol === 'https:' && process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new ScalewayPlatformError(
      'configuration',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 turns certificate checks off, and the secret key is not sent over such a connection: unset it, and name a private certificate authority in NODE_EXTRA_CA_CERTS.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/u, '');
}

/** Whether a URL stays on this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/** A region by its shape, so that Scaleway may open new ones. */
export function checkRegion(value: unknown, from: string): string {
  if (typeof value === 'string' && /^[a-z]{2}-[a-z]{3}$/u.test(value)) return value;
  throw new ScalewayPlatformError(
    'configuration',
    `The Scaleway region (${from}) must be like fr-par, nl-ams or pl-waw.`,
  );
}
