import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from './api-error.js';
import type { ApiRequest } from './api.js';
import { Content } from './content.js';
import { corsHeaders, isPreflight, LOOPBACK, refuseWebPages } from './origin.js';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
const MAX_CONNECTIONS = 100;
const REQUEST_TIMEOUT_MS = 10_000;

/** The HTTP server of the API: on loopback only, closed to web pages, with limits on all input. */
export class ApiServer {
  private server: Server | undefined;

  /** @param answer returns the JSON or Content of a 200; throws an ApiError for any other status */
  constructor(private readonly answer: (request: ApiRequest) => Promise<object>) {}

  /** @throws Error whose `code` is `EADDRINUSE` or `EACCES` and whose message names the port */
  async start(port: number): Promise<void> {
    if (this.server) throw new Error('The local platform is already started.');
    const server = createServer(
      { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
      (request, response) => void this.respond(request, response),
    );
    server.maxHeadersCount = MAX_HEADERS;
    server.maxConnections = MAX_CONNECTIONS;
    this.server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, LOOPBACK, resolve);
      });
    } catch (error) {
      this.server = undefined;
      throw explained(error as NodeJS.ErrnoException, port);
    }
  }

  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Request-Id', randomUUID());
    try {
      refuseWebPages(request);
      for (const [name, value] of Object.entries(corsHeaders(request))) response.setHeader(name, value as string);
      if (isPreflight(request)) response.writeHead(204).end();
      else send(response, 200, await this.answer(apiRequest(request)));
    } catch (error) {
      if (error instanceof ApiError) send(response, error.status, error.body, error.headers);
      else send(response, 500, { message: `The local platform failed: ${String(error)}` });
    }
  }
}

function apiRequest(request: IncomingMessage): ApiRequest {
  const key = request.headers['x-auth-token'];
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    key: typeof key === 'string' ? key : undefined,
    body: () => readBody(request),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new ApiError(413, { message: `A body may have at most ${MAX_BODY_BYTES} bytes.` }, { Connection: 'close' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object, headers: OutgoingHttpHeaders = {}): void {
  // Without a charset, because Scaleway's SDK only parses a reply of exactly this type.
  const content =
    body instanceof Content ? body : new Content('application/json', Buffer.from(JSON.stringify(body)), headers);
  response.writeHead(status, {
    ...content.headers,
    'Content-Type': content.type,
    'Content-Length': content.bytes.length,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(content.bytes);
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'is in use: stop the program that listens there, or choose another port (dev --platform-port)'
      : `cannot be used (${error.code ?? error.message})`;
  return Object.assign(new Error(`The local platform's port ${port} on ${LOOPBACK} ${reason}.`), { code: error.code });
}
