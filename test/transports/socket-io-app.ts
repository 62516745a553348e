import { type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { io, type Socket } from 'socket.io-client';
import { type LogLine, type Platform, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment } from '../support/issuer.js';

const answer = (caller: ScwTokenClaims | undefined) => caller?.scope ?? 'nobody';

/** Takes its time, so that other messages come between ScalewayAuthGuard and the handler. */
@Injectable()
class SlowGuard implements CanActivate {
  canActivate(_context: ExecutionContext): Promise<boolean> {
    return new Promise((resolve) => setTimeout(() => resolve(true), 20));
  }
}

@UseGuards(ScalewayAuthGuard)
@WebSocketGateway()
class OrdersGateway {
  @SubscribeMessage('guarded')
  guarded(@ConnectedSocket() _client: unknown, @MessageBody() _body: unknown, @ScwClaims() caller?: ScwTokenClaims) {
    return answer(caller);
  }
  @UseGuards(SlowGuard)
  @SubscribeMessage('slow')
  slow(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwPublic()
  @SubscribeMessage('exempt')
  exempt(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwOptional()
  @SubscribeMessage('optional')
  optional(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwRequireScope('application')
  @SubscribeMessage('own')
  own(@ScwClaims('scope') scope: string | undefined) {
    return scope ?? 'nobody';
  }
}

@WebSocketGateway()
class OpenGateway {
  @SubscribeMessage('unguarded')
  unguarded(@ScwClaims() caller: ScwTokenClaims) {
    return answer(caller);
  }
}

/** What a connection is opened with. */
export interface Opening {
  readonly headers?: Record<string, string | string[]>;
  readonly auth?: Record<string, unknown>;
  readonly query?: Record<string, string>;
  readonly transports?: string[];
}

const MESSAGES = { 401: 'Unauthorized', 403: 'Forbidden' };

/** How a refused message is answered. */
export const refused = (status: 401 | 403, pattern = 'guarded'): unknown =>
  expect.objectContaining({ status: 'error', message: MESSAGES[status], cause: { pattern, data: {} } });

/** An application with gateways of socket.io, and its clients. */
export class SocketIoApp {
  private running!: RunningApp;
  private readonly sockets: Socket[] = [];

  constructor(private readonly platform: Platform) {}

  async start(env: object = environment): Promise<void> {
    const imports = [ScalewayAuthModule.forRoot({ environment: env })];
    const root = rootModule({ imports, providers: [OrdersGateway, OpenGateway] });
    this.running = await startApp(this.platform, root);
    this.running.logs.length = 0;
  }

  get logs(): LogLine[] {
    return this.running.logs;
  }

  open({ headers = {}, auth = {}, query = {}, transports = ['websocket'] }: Opening): Socket {
    const options = { transports, auth, query, extraHeaders: headers as Record<string, string> };
    const socket = io(this.running.url, { ...options, forceNew: true, reconnection: false });
    this.sockets.push(socket);
    return socket;
  }

  /** What a message is answered: what the handler returned, or the exception. */
  send(socket: Socket, event: string, body: unknown = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      socket.once('exception', resolve);
      socket.once('connect_error', reject);
      socket.emit(event, body, resolve);
    });
  }

  ask(opening: Opening, event = 'guarded', body?: unknown): Promise<unknown> {
    return this.send(this.open(opening), event, body);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.splice(0)) socket.disconnect();
    await this.running.close();
  }
}
