// Gateways of socket.io and ws, several on one server and some with a port of their own.
import { setTimeout as delay } from 'node:timers/promises';
import { applyDecorators, type INestApplication, type Type, UseGuards } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { ScwWsAdapter } from 'nestjs-scaleway-auth/ws';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { bootError, createApp, freePort, listen, nestMajor } from './support/application.js';
import { type Caller, environment, type Seen, seen, whoseClaims } from './support/callers.js';
import { headersOf } from './support/http.js';
import { Shape } from './support/report.js';

type Claims = ScwTokenClaims | undefined;

/** How long a client waits for an answer that Nest 10 and 11 do not send, in milliseconds. */
const PATIENCE = 400;

let made = 0;

function gatewayOf(ownGuard: boolean, ...args: [] | [object] | [number, object]): Type {
  @applyDecorators(
    ...(ownGuard ? [UseGuards(ScalewayAuthGuard)] : []),
    WebSocketGateway(...(args as unknown as [number])),
  )
  class Gateway {
    @SubscribeMessage('ask')
    ask(@MessageBody() _body: unknown, @ScwClaims() caller: Claims) {
      return { event: 'answer', data: seen(caller) };
    }
    @ScwPublic()
    @SubscribeMessage('exempt')
    exempt(@ScwClaims() caller: Claims) {
      return { event: 'answer', data: seen(caller) };
    }
  }
  // Nest 10 and 11 take gateways with one name for one, and give the parameters of both to the first.
  Object.defineProperty(Gateway, 'name', { value: `Gateway${++made}` });
  return Gateway;
}

async function start(ownGuard: boolean, gateways: Type[], adapter: (app: INestApplication) => object) {
  const auth = ScalewayAuthModule.forRoot({ environment, protectAllRoutes: !ownGuard });
  const app = await createApp({ imports: [auth], providers: gateways });
  app.useWebSocketAdapter(adapter(app) as never);
  return { app, url: await listen(app) };
}

async function askSocketIo(url: string, caller: Caller, by: 'header' | 'auth', event: string, body: unknown) {
  const { token } = caller;
  const sent =
    token === undefined ? {} : by === 'auth' ? { auth: { token } } : { extraHeaders: { 'X-Auth-Token': token } };
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, ...sent });
  try {
    return await new Promise<string>((resolve) => {
      socket.once('answer', (answer: Seen) => resolve(whoseClaims(caller, answer)));
      socket.once('exception', ({ message }: { message: string }) => resolve(textOf(message)));
      socket.once('connect_error', (error: Error) => resolve(error.message));
      socket.emit(event, body);
      setTimeout(resolve, 5000, 'no answer');
    });
  } finally {
    socket.disconnect();
  }
}

async function askWs(url: string, caller: Caller, event: string, data: unknown): Promise<string> {
  const headers = headersOf(caller);
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  try {
    return await new Promise<string>((resolve) => {
      socket.once('error', (error) => resolve(error.message));
      socket.once('open', () => {
        socket.send(JSON.stringify({ event, data }));
        // Nest 10 and 11 send no exceptions to clients of ws.
        if (nestMajor < 12) setTimeout(resolve, caller.id === undefined ? PATIENCE : 5000, 'refused');
      });
      socket.once('message', (text: Buffer) => {
        const answer = JSON.parse(text.toString()) as { event: string; data: Seen & { message: string } };
        resolve(answer.event === 'exception' ? textOf(answer.data.message) : whoseClaims(caller, answer.data));
      });
    });
  } finally {
    socket.terminate();
  }
}

const textOf = (message: string): string =>
  ({ Unauthorized: 'refused 401', Forbidden: 'refused 403' })[message] ?? message;
const nobody: Caller = { name: 'no token', token: undefined, ends: 'refused 401' };

for (const ownGuard of [true, false]) {
  const how = ownGuard ? '@UseGuards' : 'protectAllRoutes';
  const ports = [await freePort(), await freePort()] as const;

  if (!ownGuard && nestMajor < 12) {
    const shape = new Shape('gateways, protectAllRoutes');
    for (const [library, adapter] of [
      ['socket.io', (app: INestApplication) => new IoAdapter(app)],
      ['ws', (app: INestApplication) => new ScwWsAdapter(app)],
    ] as const) {
      const message = await bootError(async () => {
        const { app } = await start(false, [gatewayOf(false)], adapter);
        await app.close();
      });
      const says =
        /Gateway\d+\.ask \(websocket ask\): Nest asks global guards about gateways since version 12 only\. write|Write/;
      shape.add(`${library}, the boot`, 'refused', says.test(message) ? 'refused' : message);
      const own = await bootError(async () => {
        const { app } = await start(false, [gatewayOf(true)], adapter);
        await app.close();
      });
      shape.add(`${library}, the boot with @UseGuards`, 'started', own);
    }
    await shape.print();
    continue;
  }

  {
    const several = [
      gatewayOf(ownGuard),
      gatewayOf(ownGuard, { namespace: 'stock' }),
      gatewayOf(ownGuard, ports[0], { transports: ['websocket'] }),
      gatewayOf(ownGuard, ports[1], { namespace: 'stock' }),
    ];
    const { app, url } = await start(ownGuard, several, (it) => new IoAdapter(it));
    const shape = new Shape(`socket.io, several servers, ${how}`);
    for (const [where, at] of [
      ['the server', url],
      ['a namespace', `${url}/stock`],
      ['its own port', `http://127.0.0.1:${ports[0]}`],
      ['a namespace on its own port', `http://127.0.0.1:${ports[1]}/stock`],
    ] as const) {
      await shape.askAs(where, (caller) => askSocketIo(at, caller, 'header', 'ask', {}));
      await shape.askAs(`${where}, auth.token`, (caller) => askSocketIo(at, caller, 'auth', 'ask', 'text'));
      shape.add(`${where}, exempt`, 'no claims', await askSocketIo(at, nobody, 'header', 'exempt', {}));
    }
    await app.close();
    await shape.print();
  }
  {
    const several = [
      gatewayOf(ownGuard, { path: '/orders' }),
      gatewayOf(ownGuard, { path: '/stock' }),
      gatewayOf(ownGuard, ports[0], {}),
      gatewayOf(ownGuard, ports[1], { path: '/stock' }),
    ];
    const { app, url } = await start(ownGuard, several, (it) => new ScwWsAdapter(it));
    const shape = new Shape(`ws, several servers, ${how}`);
    const ends = ({ ends: right }: Caller): string => (nestMajor < 12 ? right.replace(/ 40\d/, '') : right);
    for (const [where, at] of [
      ['a path', `${url}/orders`],
      ['another path', `${url}/stock`],
      ['its own port', `http://127.0.0.1:${ports[0]}`],
      ['a path on its own port', `http://127.0.0.1:${ports[1]}/stock`],
    ] as const) {
      await shape.askAs(where, (caller) => askWs(at, caller, 'ask', {}), { ends });
      await shape.askAs(`${where}, text`, (caller) => askWs(at, caller, 'ask', 'text'), { ends });
      shape.add(`${where}, exempt`, 'no claims', await askWs(at, nobody, 'exempt', {}));
    }
    await app.close();
    await shape.print();
  }
}
await delay(10);
