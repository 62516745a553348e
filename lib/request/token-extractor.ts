import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** The part of a request that is read. Requests of Node, Express and Fastify have this shape. */
export interface RequestHeaders {
  /** The headers; their names are in lower case. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** Names and values alternately, as received. Absent if the request was not parsed by Node. */
  readonly rawHeaders?: readonly string[] | undefined;
  readonly raw?: { readonly rawHeaders?: readonly string[] | undefined } | undefined;
}

/** What a request presented: a token, or the reason why there is no token to verify; and the header that decided. */
export type Presented =
  | { readonly token: string; readonly reason?: undefined; readonly header: string | undefined }
  | { readonly token: null; readonly reason: ScwRefusalReason; readonly header: string | undefined };

/**
 * The name for a socket.io client's `auth.token`, which is read after the headers. It contains a space, so no real header
 * can have this name.
 */
export const HANDSHAKE_AUTH = 'socket.io auth.token';

/** The form of an IAM secret key, which Scaleway's platform accepts in `X-Auth-Token`. */
const IAM_KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const IAM_KEY_LENGTH = 36;

/** RFC 6750 section 2.1; schemes are compared in any letter case (RFC 9110 section 11.1). */
const BEARER = /^bearer[ \t]/i;

/**
 * Finds the token in a request's headers. The query, cookies and the body are not read: they end up in logs, are sent by
 * browsers automatically, or are parsed after guards have run. Takes time linear in the header's length.
 */
export class TokenExtractor {
  readonly #headers: readonly string[];
  readonly #maxTokenLength: number;

  /**
   * @param headers names in lower case, in the order in which they are read
   * @param maxTokenLength in characters
   */
  constructor(headers: readonly string[], maxTokenLength: number) {
    this.#headers = [...headers, HANDSHAKE_AUTH];
    this.#maxTokenLength = maxTokenLength;
  }

  /** The first header with a value decides, even if its token is invalid. Only an IAM key is skipped for a later header. */
  extract(request: RequestHeaders | string): Presented {
    if (typeof request === 'string') return this.#bareToken(request);
    // Read once, because it is a getter on Fastify's and Node's requests.
    const { headers } = request;
    let iamKeyHeader: string | undefined;
    for (const header of this.#headers) {
      // An inherited one may come from an attack on `Object.prototype` through another library.
      const value = Object.hasOwn(headers, header) ? headers[header] : undefined;
      if (typeof value !== 'string' && !Array.isArray(value)) continue;
      const presented = this.#readHeader(request, header, value);
      if (presented === undefined) continue;
      if (presented.reason !== undefined || !isIamKey(presented.token)) return presented;
      iamKeyHeader ??= header;
    }
    return refuse(iamKeyHeader === undefined ? 'no_token' : 'iam_key', iamKeyHeader);
  }

  /** A token that was passed without a header. */
  #bareToken(text: string): Presented {
    const token = trimBlanks(text);
    if (token === '') return refuse('no_token');
    if (token.length > this.#maxTokenLength) return refuse('too_long');
    return isIamKey(token) ? refuse('iam_key') : { token, header: undefined };
  }

  /** What one header presents; `undefined` if it has no value. */
  #readHeader(request: RequestHeaders, header: string, value: string | readonly string[]): Presented | undefined {
    // Node joins the values of a repeated header with a comma, or (Authorization) keeps only the first. A proxy in front of
    // this container may read the copies differently, so even identical ones are rejected.
    const rawHeaders = request.rawHeaders ?? request.raw?.rawHeaders;
    const copies = countOf(header, rawHeaders);
    const values = copies > 1 ? rawValues(header, rawHeaders as readonly string[]) : value;
    const token = typeof values === 'string' ? credential(values, header) : firstCredential(values, header);
    if (token === '') return undefined;

    if (typeof values !== 'string' && values.length > 1) return refuse('duplicate_token', header);
    if (token.length > this.#maxTokenLength) return refuse('too_long', header);
    if (copies === 0 && token.includes(',')) return refuse('duplicate_token', header);
    return { token, header };
  }
}

function refuse(reason: ScwRefusalReason, header?: string): Presented {
  return { token: null, reason, header };
}

function isIamKey(token: string): boolean {
  return token.length === IAM_KEY_LENGTH && IAM_KEY.test(token);
}

/** How often a header was sent. */
function countOf(header: string, rawHeaders: readonly string[] | undefined): number {
  if (rawHeaders === undefined) return 0;
  let count = 0;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) if (isNamed(rawHeaders[i] as string, header)) count++;
  return count;
}

function rawValues(header: string, rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && isNamed(rawHeaders[i - 1] as string, header));
}

function isNamed(name: string, header: string): boolean {
  // The length first, which avoids most of the conversions.
  return name.length === header.length && name.toLowerCase() === header;
}

function firstCredential(values: readonly string[], header: string): string {
  for (const value of values) {
    const token = credential(value, header);
    if (token !== '') return token;
  }
  return '';
}

/** The credential in a header's value; empty if the value is blank or has another scheme. */
function credential(value: string, header: string): string {
  const text = trimBlanks(value);
  if (header !== 'authorization') return text;
  return BEARER.test(text) ? trimBlanks(text.slice('bearer '.length)) : '';
}

/** Removes spaces and tabs around the text (RFC 9110 section 5.5); `trim()` would remove other characters too. */
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
