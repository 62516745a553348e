import { quotable } from './secret-key.js';

/** A reply's `X-Request-Id`; undefined if it is absent or has another form, because it could echo the secret key. */
export function readRequestId(headers: Headers, secretKey: string): string | undefined {
  const id = headers.get('x-request-id') ?? '';
  return /^[\w.:-]{1,100}$/u.test(id) && quotable(id, secretKey) === id ? id : undefined;
}

/** The end of a message about a reply. */
export function withRequestId(requestId: string | undefined): string {
  return requestId === undefined ? '' : ` X-Request-Id: ${requestId}.`;
}
