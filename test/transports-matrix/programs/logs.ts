// Whatever strangers send, and however much: the log has a few lines a second for each reason.
import { Controller, Get, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { ScwWsAdapter } from 'nestjs-scaleway-auth/ws';
import { lastValueFrom } from 'rxjs';
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { createApp, freePort, listen, logger, logs, moduleOf } from './support/application.js';
import { environment } from './support/callers.js';
import { Shape } from './support/report.js';

const MANY = 500;
/** Ten lines a second for each reason, an "omitted" line, and a slow machine. */
const FEW = 60;

@UseGuards(ScalewayAuthGuard)
@WebSocketGateway()
class Gateway {
  @SubscribeMessage('ask')
  ask() {
    return { event: 'answer', data: {} };
  }
}
@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list() {
    return 'orders';
  }
  @MessagePattern('ask')
  ask() {
    return 'answer';
  }
  @EventPattern('happened')
  happened(_data: unknown) {}
}

const auth = () => ScalewayAuthModule.forRoot({ environment });
const shape = new Shape('log lines are bounded');

async function count(what: string, says: RegExp, send: () => Promise<unknown>): Promise<void> {
  logs.length = 0;
  await send();
  await delay(200);
  shape.add(`${what}, lines`, 'few', logs.length <= FEW && logs.length > 0 ? 'few' : `${logs.length}`);
  const text = logs.map((each) => `${String(each)} ${JSON.stringify(each)}`).join('\n');
  shape.add(`${what}, text`, 'says why', says.test(text) ? 'says why' : text.slice(0, 500));
}

{
  const app = await createApp({ imports: [auth()], controllers: [OrdersController] });
  const url = await listen(app);
  await count('HTTP', /no_token/, async () => {
    for (let sent = 0; sent < MANY; sent += 50)
      await Promise.all(Array.from({ length: 50 }, () => fetch(`${url}/orders`).then((answer) => answer.text())));
  });
  await app.close();
}
for (const [name, Adapter, says] of [
  ['ws without ScwWsAdapter', WsAdapter, /app\.useWebSocketAdapter\(new ScwWsAdapter\(app\)\)/],
  ['ws', ScwWsAdapter, /no_token/],
] as const) {
  const app = await createApp({ imports: [auth()], providers: [Gateway] });
  app.useWebSocketAdapter(new Adapter(app));
  const url = await listen(app);
  const socket = new WebSocket(url.replace('http', 'ws'));
  await new Promise((resolve) => socket.once('open', resolve));
  await count(name, says, async () => {
    for (let sent = 0; sent < MANY; sent++) socket.send(JSON.stringify({ event: 'ask', data: {} }));
    await delay(500);
  });
  socket.terminate();
  await app.close();
}
{
  const app = await createApp({ imports: [auth()], providers: [Gateway] });
  app.useWebSocketAdapter(new IoAdapter(app));
  const socket = io(await listen(app), { transports: ['websocket'], forceNew: true });
  await count('socket.io', /no_token/, async () => {
    for (let sent = 0; sent < MANY; sent++) socket.emit('ask', {});
    await delay(500);
  });
  socket.disconnect();
  await app.close();
}
{
  const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: await freePort() } } as const;
  const root = moduleOf({ imports: [auth()], controllers: [OrdersController] });
  const service = await NestFactory.createMicroservice(root, { ...tcp, logger, abortOnError: false });
  await service.listen();
  const client = ClientProxyFactory.create(tcp);
  const says = /gRPC alone has headers/;
  await count('messages over TCP', says, async () => {
    for (let sent = 0; sent < MANY; sent++) await lastValueFrom(client.send('ask', {})).catch(() => {});
  });
  // Not within the second of the messages, whose lines would count for both.
  await delay(1100);
  await count('events over TCP', says, async () => {
    for (let sent = 0; sent < MANY; sent++) await lastValueFrom(client.emit('happened', {}));
    await delay(500);
  });
  client.close();
  await service.close();
}
await shape.print();
