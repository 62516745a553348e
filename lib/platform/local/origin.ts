import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.js';

/** The only address that the server listens on. */
export const LOOPBACK = '127.0.0.1';

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
/** Browser extensions that test APIs. A web page cannot have such an origin. */
const EXTENSION = /^(?:chrome|moz)-extension:\/\/[\w-]+$/;

/**
 * Rejects web pages. A page can reach loopback, for example with a host name that resolves to it, but it cannot omit or choose
 * these two headers. The server's own page and browser extensions are allowed; both still need the key.
 *
 * @throws ApiError (403)
 */
export function refuseWebPages(request: IncomingMessage): void {
  const { host, origin } = request.headers;
  if (countOf('host', request) !== 1 || host === undefined || !LOOPBACK_HOST.test(host)) {
    throw new ApiError(403, {
      message: `The local platform only answers requests to localhost, ${LOOPBACK} and [::1].`,
    });
  }
  if (countOf('origin', request) === 0) return;
  // Node does not join a repeated Origin: it keeps the first one.
  if (countOf('origin', request) === 1 && (origin === `http://${host}` || extensionOf(request) !== undefined)) return;
  throw new ApiError(403, { message: 'The local platform does not answer requests from web pages.' });
}

/** The CORS headers with which an extension without permissions for this host can read the response. Empty for all others. */
export function corsHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  const origin = extensionOf(request);
  if (origin === undefined) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'X-Auth-Token, Content-Type',
    'Access-Control-Allow-Methods': 'GET, POST, DELETE',
    'Access-Control-Expose-Headers': 'X-Request-Id',
    Vary: 'Origin',
  };
}

/** Whether this is the preflight request of an extension's call. It has no key. */
export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && extensionOf(request) !== undefined;
}

function extensionOf({ headers: { origin } }: IncomingMessage): string | undefined {
  return origin !== undefined && EXTENSION.test(origin) ? origin : undefined;
}

function countOf(name: string, { rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length;
}
