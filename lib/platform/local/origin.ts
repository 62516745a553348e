import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.js';

/** The one address that the server listens on. */
export const LOOPBACK = '127.0.0.1';

const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
/** Browser extensions that test APIs. A web page cannot have such an origin. */
const EXTENSION = /^(?:chrome|moz)-extension:\/\/[\w-]+$/;

/**
 * Refuses web pages: one can reach loopback, also under a name of its own that resolves to it, but it cannot leave out or
 * choose these two headers. The server's own page is let in, and browser extensions; both still need the key.
 *
 * @throws ApiError (403)
 */
export function refuseWebPages(request: IncomingMessage): void {
  const { host, origin } = request.headers;
  if (countOf('host', request) !== 1 || host === undefined || !LOOPBACK_HOST.test(host)) {
    throw new ApiError(403, { message: `The local platform answers to localhost, ${LOOPBACK} and [::1] only.` });
  }
  if (countOf('origin', request) === 0) return;
  // Node joins no second Origin: it keeps the first one.
  if (countOf('origin', request) === 1 && (origin === `http://${host}` || extensionOf(request) !== undefined)) return;
  throw new ApiError(403, { message: 'The local platform does not answer to web pages.' });
}

/** What lets an extension without permissions for this host read the answer (CORS). Empty for everybody else. */
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

/** Whether an extension's browser asks if a call would be allowed. It sends no key then. */
export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && extensionOf(request) !== undefined;
}

function extensionOf({ headers: { origin } }: IncomingMessage): string | undefined {
  return origin !== undefined && EXTENSION.test(origin) ? origin : undefined;
}

function countOf(name: string, { rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length;
}
