import { networkError } from './network-error.js';
import type { OptionNames } from './option-names.js';
import { readRequestId, withRequestId } from './request-id.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';
import { quotable } from './secret-key.js';

/** One request to Scaleway's API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly secretKey: string;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly names: OptionNames;
}

/** A complete reply. `json` is undefined if the body is not JSON. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
  readonly requestId: string | undefined;
  readonly host: string;
  /** Makes text of the reply safe for a message. */
  readonly quote: (text: string) => string;
}

/** A token has about 1 KB, and a page of a hundred tokens about 50 KB. A reply over 1 MiB is not from Scaleway's API. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * Sends one request with Node's fetch. Limits the time (including the body) and the size, and does not follow redirects,
 * because they would forward the secret.
 */
export async function exchange(request: ApiRequest): Promise<ApiReply> {
  const { url, signal, timeoutSeconds } = request;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    abort();
  }, timeoutSeconds * 1000);
  signal?.addEventListener('abort', abort);
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'nestjs-scaleway-auth',
        'X-Auth-Token': request.secretKey,
        ...(request.body && { 'Content-Type': 'application/json' }),
      },
      ...(request.body && { body: JSON.stringify(request.body) }),
      redirect: 'manual',
      signal: controller.signal,
    });
    const { status, headers } = response;
    const quote = (text: string): string => quotable(text, request.secretKey);
    const reply = { status, headers, requestId: readRequestId(headers, request.secretKey), host: url.host, quote };
    if (response.type === 'opaqueredirect' || (status >= 300 && status <= 399)) {
      throw unexpectedReply(
        reply,
        `${url.host} answered with a redirect (${status}). It is not followed, because it would forward the secret key. Check the API's URL (${request.names.apiUrl}).`,
      );
    }
    return { ...reply, json: parse(await readBody(response, reply)) };
  } catch (error) {
    if (error instanceof ScalewayPlatformError) throw error;
    signal?.throwIfAborted();
    if (timedOut) {
      throw new ScalewayPlatformError(
        'timeout',
        `${url.host} did not send a complete reply within ${timeoutSeconds} s.`,
      );
    }
    throw networkError(error, url, request.names);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    // Closes the connection if the reply was not read completely.
    abort();
  }
}

/** The error for a reply that Scaleway's API does not send. */
export function unexpectedReply(
  { status, requestId }: Pick<ApiReply, 'status' | 'requestId'>,
  message: string,
): ScalewayPlatformError {
  const text = `${message}${withRequestId(requestId)}`;
  return new ScalewayPlatformError('unexpected_reply', text, { status, requestId });
}

async function readBody(response: Response, reply: Omit<ApiReply, 'json'>): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw unexpectedReply(
        reply,
        `${reply.host} sent more than ${MAX_BODY_BYTES} bytes, so it is not Scaleway's API: check the URL.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}
