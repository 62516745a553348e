import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { type ScwRefusalReason, statusOf } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import { HANDSHAKE_AUTH, type RequestHeaders } from '../request/token-extractor.js';
import { type Call, isObject, withHeaders } from './call.js';
import { callSlot } from './claims-slot.js';
import { httpException, internalError } from './http.js';
import { upgradeOf } from './websocket-upgrade.js';

/** The client of a gateway: socket.io's, which has a handshake, or ws's, which has nothing but what ScwWsAdapter kept. */
interface Client {
  readonly handshake?: { readonly headers?: IncomingHttpHeaders; readonly auth?: { readonly token?: unknown } | null };
  readonly request?: { readonly rawHeaders?: readonly string[] };
}

/**
 * Gateways of @nestjs/websockets. Each message is checked against what the connection was opened with, so that a token
 * that expires stops working on an open socket.
 */
export class WebSocketCall implements Call {
  readonly remedy =
    'This WebSocket client carries no headers of its opening request. With the adapter for ws write ' +
    'app.useWebSocketAdapter(new ScwWsAdapter(app)), from nestjs-scaleway-auth/ws; with another adapter ' +
    'extend ScalewayAuthGuard and override getRequest(context).';

  constructor(private readonly context: ExecutionContext) {}

  get request(): RequestHeaders | undefined {
    const client = this.context.getArgByIndex<Client | undefined>(0);
    return isObject(client) ? (upgradeOf(client) ?? handshakeOf(client)) : undefined;
  }

  /** By the message where it can be told from others, so that a token which came with one never speaks for another. */
  get claimsSlot(): object | undefined {
    const [client, message] = this.context.getArgs<[unknown, unknown]>();
    return callSlot([client, message], this.context.getHandler());
  }

  async reject(reason: ScwRefusalReason): Promise<Error> {
    const WsException = await loadWsException();
    if (WsException === undefined) return httpException(reason);
    const message = statusOf(reason) === 403 ? 'Forbidden' : 'Unauthorized';
    const exception = withoutStack(() => new WsException(message));
    return Object.assign(exception, { cause: reason });
  }

  /** The text that Nest sends for an error that it does not know. */
  async mask(error: Error): Promise<Error> {
    const WsException = await loadWsException();
    if (WsException === undefined) return internalError(error);
    const exception = withoutStack(() => new WsException('Internal server error'));
    return Object.assign(exception, { cause: error });
  }
}

/** The request that opened a connection of socket.io, with `auth.token` as one more header, the last to be read. */
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
