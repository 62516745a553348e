import {
  ScalewayNetworkError,
  ScalewayPlatformError,
  ScalewayTimeoutError,
  ScalewayUnexpectedReplyError,
} from './errors.js';

/** One request to Scaleway's API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly secretKey: string;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** One reply, read to its end. `json` is undefined when the body is not JSON. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
}

/** A token is about 1 KB and a page of a hundred tokens some 50 KB: more than 1 MiB is not Scaleway's API. */
const MAX_BODY_BYTES = 1_048_576;

/**
 * One exchange on the platform's fetch: bounded in time (the body included) and size, and without following redirects,
 * because the secret would travel along.
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
    refuseRedirect(response, url);
    return { status: response.status, headers: response.headers, json: parse(await readBody(response, url)) };
  } catch (error) {
    if (error instanceof ScalewayPlatformError) throw error;
    signal?.throwIfAborted();
    if (timedOut) {
      throw new ScalewayTimeoutError(`${url.host} sent no whole reply within ${timeoutSeconds} s.`);
    }
    throw networkError(error, url);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    // Frees the connection of a reply that was not read to its end.
    abort();
  }
}

function refuseRedirect(response: Response, url: URL): void {
  if (response.type !== 'opaqueredirect' && (response.status < 300 || response.status > 399)) return;
  throw new ScalewayUnexpectedReplyError(
    `${url.host} answered with a redirect (${response.status}), which is not followed because the secret key would go along: check the API's URL.`,
    response.status,
  );
}

async function readBody(response: Response, url: URL): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) {
      throw new ScalewayUnexpectedReplyError(
        `${url.host} sent more than ${MAX_BODY_BYTES} bytes: that is not Scaleway's API, check its URL.`,
        response.status,
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

const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check the API URL',
  ENOTFOUND: 'its name is unknown: check the API URL and the network',
  EAI_AGAIN: 'its name could not be looked up: check the network',
};

const CERTIFICATE = /CERT|SELF_SIGNED|VERIFY|^ERR_TLS|^ERR_SSL/u;

function networkError(error: unknown, url: URL): ScalewayNetworkError {
  const code = codeOf(error);
  const what = code === undefined ? 'the connection failed' : (REMEDIES[code] ?? 'the connection failed');
  const why =
    code !== undefined && CERTIFICATE.test(code)
      ? 'its certificate or TLS is not trusted, and this check cannot be turned off: name a private certificate authority in NODE_EXTRA_CA_CERTS'
      : what;
  return new ScalewayNetworkError(`Cannot reach ${url.host}: ${why}${code === undefined ? '' : ` (${code})`}.`, code);
}

/** Whether trying again could help: a certificate stays what it is. */
export function isPassing(error: ScalewayNetworkError): boolean {
  return error.code === undefined || !CERTIFICATE.test(error.code);
}

/** fetch wraps Node's error; of it only the code is kept, for the rest may quote headers or the reply. */
function codeOf(error: unknown): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/u.test(code)) return code;
    current = cause;
  }
  return undefined;
}
