import type { IncomingHttpHeaders } from 'node:http';
import { refusalStatus } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import { HANDSHAKE_AUTH, type RequestHeaders } from '../request/token-extractor.js';
import { callSlot } from './call-slot.js';
import { upgradeOf } from './websocket-upgrade.js';
import { httpRefusal } from './http.js';
import { isObject, type Transport, withHeaders } from './transport.js';

/** The client of a gateway: socket.io's, which has a handshake, or ws's, which has nothing but what ScwWsAdapter kept. */
interface Client {
  readonly handshake?: { readonly headers?: IncomingHttpHeaders; readonly auth?: { readonly token?: unknown } | null };
  readonly request?: { readonly rawHeaders?: readonly string[] };
}

/**
 * Gateways of @nestjs/websockets. Each message is checked against what the connection was opened with, so that a token
 * that expires stops working on an open socket.
 */
export const websocket: Transport = {
  request(context) {
    const client = context.getArgByIndex<Client | undefined>(0);
    return isObject(client) ? (upgradeOf(client) ?? handshakeOf(client)) : undefined;
  },
  // The message where it can be told from others, so that a token which came with one never speaks for another.
  holder(context) {
    const [client, message] = context.getArgs<[unknown, unknown]>();
    return callSlot(isObject(message) ? message : client, context.getHandler());
  },
  async refusal(_context, reason) {
    const WsException = await loadWsException();
    if (WsException === undefined) return httpRefusal(reason);
    const message = refusalStatus(reason) === 403 ? 'Forbidden' : 'Unauthorized';
    const exception = withoutStack(() => new WsException(message));
    return Object.assign(exception, { cause: reason });
  },
  remedy: () =>
    'This WebSocket client carries no headers of its opening request. With the adapter for ws write ' +
    'app.useWebSocketAdapter(new ScwWsAdapter(app)), from nestjs-scaleway-auth/ws; with another adapter ' +
    'extend ScalewayAuthGuard and override getRequest(context).',
};

/** The request that opened a connection of socket.io, with `auth.token` as one more header, the last to be asked. */
function handshakeOf({ handshake = {}, request }: Client): RequestHeaders | undefined {
  const opened = withHeaders(handshake);
  if (opened === undefined) return undefined;
  const token = handshake.auth?.token;
  const { headers } = opened;
  return {
    headers: token === undefined || token === null ? headers : { ...headers, [HANDSHAKE_AUTH]: asText(token) },
    rawHeaders: request?.rawHeaders,
  };
}

/** What is not text is no token, but it is not nothing either: it is presented as text that no token can be. */
function asText(token: unknown): string {
  return typeof token === 'string' ? token : '?';
}

/**
 * Nest tells its exceptions by their class, so it must be the application's own. Loaded at the first refusal, when a
 * gateway runs and it is therefore there.
 */
async function loadWsException() {
  try {
    return (await import('@nestjs/websockets')).WsException;
  } catch {
    return undefined;
  }
}
