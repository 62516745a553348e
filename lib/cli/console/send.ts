import { request, type IncomingMessage } from 'node:http';
import { printable } from '../printable.js';

/** The request that the platform sends to the container for the page. */
export interface Sending {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

/** The container's response, or why there is none. */
export type Sent =
  | {
      readonly status: number;
      readonly statusText: string;
      readonly challenge: string | null;
      readonly body: string;
      readonly isCut: boolean;
    }
  | { readonly problem: string };

const METHODS: ReadonlySet<unknown> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const PATH = /^\/[\x21-\x7e]{0,1000}$/;
const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 32 * 1024;
// In this order, for applications that listen on only one of them.
const ADDRESSES = ['127.0.0.1', '::1'];

/** @returns a sentence if this cannot be sent */
export function readSending(input: Record<string, unknown>): Sending | string {
  const { method, path, token } = input;
  if (!METHODS.has(method)) return 'The method must be GET, POST, PUT, PATCH or DELETE.';
  if (typeof path !== 'string' || !PATH.test(path)) {
    return 'The path must begin with / and contain no spaces. Encode characters that are not ASCII.';
  }
  if (typeof token !== 'string') return 'The token must be a text.';
  // Node and browsers refuse these characters in a header.
  if (/[^\t\x20-\x7e]/.test(token)) return 'No HTTP client sends this in a header: it has line breaks or is not ASCII.';
  return { method: method as string, path, token };
}

/** Sends a request only to this port of this machine. Redirects are shown, not followed. */
export async function send(sending: Sending, port: number): Promise<Sent> {
  for (const address of ADDRESSES) {
    try {
      return await exchange(sending, port, address);
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException;
      if (code === 'ECONNREFUSED') continue;
      if (name === 'AbortError')
        return { problem: `The container did not respond within ${TIMEOUT_MS / 1000} seconds.` };
      return { problem: printable(`The container did not respond: ${code ?? message}.`) };
    }
  }
  return { problem: `Nothing listens on port ${port} yet.` };
}

function exchange({ method, path, token }: Sending, port: number, host: string): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const headers = { Host: `localhost:${port}`, ...(token !== '' && { 'X-Auth-Token': token }) };
    const sent = request({ host, port, method, path, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) });
    sent.on('error', reject);
    sent.on('response', (response) => {
      readBody(response).then(
        ({ text, isCut }) =>
          resolve({
            status: response.statusCode ?? 0,
            statusText: printable(response.statusMessage ?? ''),
            challenge: nullOr(response.headers['www-authenticate']),
            body: printable(text),
            isCut,
          }),
        reject,
      );
    });
    sent.end();
  });
}

function nullOr(text: string | undefined): string | null {
  return text === undefined ? null : printable(text);
}

async function readBody(response: IncomingMessage): Promise<{ text: string; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop closes the connection, because a stream of events would never end.
    if (size > MAX_BODY_BYTES) break;
  }
  return {
    text: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8'),
    isCut: size > MAX_BODY_BYTES,
  };
}
