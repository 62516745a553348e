/** A reply's `X-Request-Id`; undefined when it is absent or could hold anything else, such as an echo of the secret key. */
export function readRequestId(headers: Headers, secretKey: string): string | undefined {
  const id = headers.get('x-request-id') ?? '';
  const clean = /^[\w.:-]{1,100}$/u.test(id) && !id.startsWith('eyJ');
  return clean && !id.toLowerCase().includes(secretKey.toLowerCase()) ? id : undefined;
}

/** The end of a message about a reply. */
export function withRequestId(requestId: string | undefined): string {
  return requestId === undefined ? '' : ` X-Request-Id: ${requestId}.`;
}
