import type { ScwRefusalReason } from '../errors/refusal-reasons.js';

/** What the token source needs of a request: the shape that Node and Express give it, or Fastify's around Node's. */
export interface RequestHeaders {
  /** By name in lower case. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** Names and values in turn, as they came in; absent where the request was not read by Node. */
  readonly rawHeaders?: readonly string[] | undefined;
  readonly raw?: { readonly rawHeaders?: readonly string[] | undefined } | undefined;
}

/** What a request presented: a token, or the reason why there is none to look at, and the header that decided. */
export type Presented =
  | { readonly token: string; readonly header: string; readonly refusal?: undefined }
  | { readonly refusal: ScwRefusalReason; readonly header: string | undefined };

/**
 * The name under which the guard presents what a client of socket.io sent as `auth.token`. It has a blank, so no header of
 * any request can have it.
 */
export const HANDSHAKE_AUTH = 'socket.io auth.token';

/** The form of an IAM secret key, which today's platform asks for in `X-Auth-Token`. */
const IAM_KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** RFC 6750 section 2.1; schemes are compared in any letter case (RFC 9110 section 11.1). */
const BEARER = /^bearer[ \t]/i;

/**
 * Finds the token in a request's headers: never in its query, its cookies or its body, which end up in logs, are sent by
 * browsers on their own, or are read only after guards have run. Takes time linear in the header's length.
 */
export class TokenSource {
  /**
   * @param headers names in lower case, in the order in which they are asked
   * @param maxTokenLength in characters
   */
  constructor(
    private readonly headers: readonly string[],
    private readonly maxTokenLength: number,
  ) {}

  /** The first header that carries something decides, also to refuse; only after an IAM key may a later one speak. */
  read(request: RequestHeaders): Presented {
    let iamKeyHeader: string | undefined;
    for (const header of this.headers) {
      const presented = this.readHeader(request, header);
      if (presented === undefined) continue;
      if (presented.refusal !== undefined || !IAM_KEY.test(presented.token)) return presented;
      iamKeyHeader ??= header;
    }
    return { refusal: iamKeyHeader === undefined ? 'no_token' : 'iam_key', header: iamKeyHeader };
  }

  /** What one header carries; `undefined` when that is nothing. */
  private readHeader(request: RequestHeaders, header: string): Presented | undefined {
    const value = request.headers[header];
    if (typeof value !== 'string' && !Array.isArray(value)) return undefined;

    // Of a repeated header Node joins the values with a comma, or (Authorization) keeps the first alone. Two copies may
    // be read differently by whoever stands in front of this container, so not even identical ones are taken.
    const raw = rawValues(request.rawHeaders ?? request.raw?.rawHeaders, header);
    const values: readonly string[] = raw.length > 1 ? raw : typeof value === 'string' ? [value] : value;
    let token = '';
    for (const each of values) token ||= credential(each, header);
    if (token === '') return undefined;

    if (values.length > 1) return { refusal: 'duplicate_token', header };
    if (token.length > this.maxTokenLength) return { refusal: 'too_long', header };
    if (raw.length === 0 && token.includes(',')) return { refusal: 'duplicate_token', header };
    return { token, header };
  }
}

function rawValues(rawHeaders: readonly string[] | undefined, header: string): string[] {
  const values: string[] = [];
  if (rawHeaders === undefined) return values;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    // The length first: it spares most of the conversions.
    if (name.length === header.length && name.toLowerCase() === header) values.push(rawHeaders[i + 1] as string);
  }
  return values;
}

/** The credential in a header's value; empty when it is blank, or meant for another scheme. */
function credential(value: string, header: string): string {
  const text = trimBlanks(value);
  if (header !== 'authorization') return text;
  return BEARER.test(text) ? trimBlanks(text.slice('bearer '.length)) : '';
}

/** Without the blanks and tabs around it (RFC 9110 section 5.5); `trim()` would take away more than those. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
