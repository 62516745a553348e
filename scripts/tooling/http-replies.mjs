const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;

/**
 * Takes the whole HTTP/1.1 replies off the front of what a connection has received, no further apart than a load maker
 * must: it shares the machine with the server.
 *
 * @param {Buffer} data
 * @param {(status: number, head: string, from: number, end: number) => void} onReply gets the positions of the body in `data`
 * @returns {Buffer} what is left: the beginning of a reply that is not complete
 */
export function takeReplies(data, onReply) {
  let at = 0;
  for (;;) {
    const headersEnd = data.indexOf(END_OF_HEADERS, at);
    if (headersEnd < 0) break;
    const head = data.toString('latin1', at, headersEnd);
    const from = headersEnd + END_OF_HEADERS.length;
    const end = from + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (data.length < end) break;
    at = end;
    onReply(Number(head.slice(STATUS_AT, STATUS_AT + 3)), head, from, end);
  }
  return data.subarray(at);
}
