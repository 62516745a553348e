import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Step = (response: ServerResponse, request: IncomingMessage) => void;

/** An API on loopback that answers step by step, the last step over and over, and remembers what it was asked. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  private server: Server | undefined;

  constructor(
    private readonly steps: Step[],
    private readonly tls?: { cert: string; key: string },
  ) {}

  async start(): Promise<string> {
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        this.seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        const step = this.steps.length > 1 ? this.steps.shift() : this.steps[0];
        step?.(response, request);
      });
    };
    const server = this.tls ? createTlsServer(this.tls, listener) : createServer(listener);
    this.server = server;
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Has the form of a token; nothing here verifies it. */
export function shapedToken(claims: Record<string, unknown> = {}): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: 'SCALEWAY', ...claims })}.c2lnbmF0dXJl`;
}

export const issued = (claims: Record<string, unknown> = {}): Step =>
  json(200, { token: shapedToken(claims), public_key: 'PEM' });
