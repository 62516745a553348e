import type { ScwRefusalReason } from '../refusal/refusal-reasons.js';

/** The part of a request that is read: the shape that Node and Express give it, or Fastify's around Node's. */
export interface RequestHeaders {
  /** By name in lower case. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** Names and values in turn, as they came in; absent where the request was not read by Node. */
  readonly rawHeaders?: readonly string[] | undefined;
  readonly raw?: { readonly rawHeaders?: readonly string[] | undefined } | undefined;
}

/** What a request presented: a token, or the reason why there is none to verify; and the header that decided. */
export type Presented =
  | { readonly token: string; readonly reason?: undefined; readonly header: string | undefined }
  | { readonly token: null; readonly reason: ScwRefusalReason; readonly header: string | undefined };

/**
 * The name under which a socket.io client's `auth.token` is presented, read after the headers. It contains a blank, so no
 * header of a request can have it.
 */
export const HANDSHAKE_AUTH = 'socket.io auth.token';

/** The form of an IAM secret key, which today's platform asks for in `X-Auth-Token`. */
const IAM_KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const IAM_KEY_LENGTH = 36;

/** RFC 6750 section 2.1; schemes are compared in any letter case (RFC 9110 section 11.1). */
const BEARER = /^bearer[ \t]/i;

/**
 * Finds the token in a request's headers: never in its query, its cookies or its body, which end up in logs, are sent by
 * browsers on their own, or are read only after guards have run. Takes time linear in the header's length.
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

  /** The first header that carries something decides, also to refuse; only after an IAM key may a later one speak. */
  extract(request: RequestHeaders | string): Presented {
    if (typeof request === 'string') return this.#bareToken(request);
    // Read once: on Fastify and on Node's requests it is computed.
    const { headers } = request;
    let iamKeyHeader: string | undefined;
    for (const header of this.#headers) {
      const value = headers[header];
      if (typeof value !== 'string' && !Array.isArray(value)) continue;
      const presented = this.#readHeader(request, header, value);
      if (presented === undefined) continue;
      if (presented.reason !== undefined || !isIamKey(presented.token)) return presented;
      iamKeyHeader ??= header;
    }
    return refuse(iamKeyHeader === undefined ? 'no_token' : 'iam_key', iamKeyHeader);
  }

  /** A token that did not come in a header. */
  #bareToken(text: string): Presented {
    const token = trimBlanks(text);
    if (token === '') return refuse('no_token');
    if (token.length > this.#maxTokenLength) return refuse('too_long');
    return isIamKey(token) ? refuse('iam_key') : { token, header: undefined };
  }

  /** What one header carries; `undefined` when that is nothing. */
  #readHeader(request: RequestHeaders, header: string, value: string | readonly string[]): Presented | undefined {
    // Of a repeated header Node joins the values with a comma, or (Authorization) keeps the first alone. Two copies may
    // be read differently by whoever stands in front of this container, so not even identical ones are taken.
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

/** How often a header came in. */
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
  // The length first: it spares most of the conversions.
  return name.length === header.length && name.toLowerCase() === header;
}

function firstCredential(values: readonly string[], header: string): string {
  for (const value of values) {
    const token = credential(value, header);
    if (token !== '') return token;
  }
  return '';
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
