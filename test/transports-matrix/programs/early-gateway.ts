// A gateway with a port of its own answers while the application still starts, before the deny list has been read.
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Module, type OnModuleInit, UseGuards } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { io } from 'socket.io-client';
import { createApp, freePort, listen, logs } from './support/application.js';
import { type Caller, callers, environment, type Seen, seen, whoseClaims } from './support/callers.js';
import { headersOf } from './support/http.js';
import { Shape } from './support/report.js';

const port = await freePort();

@UseGuards(ScalewayAuthGuard)
@WebSocketGateway(port)
class Gateway {
  @SubscribeMessage('ask')
  ask(@ScwClaims() caller: ScwTokenClaims) {
    return { event: 'answer', data: seen(caller) };
  }
}

/** Starts for as long as it is told to. */
@Injectable()
class SlowService implements OnModuleInit {
  static ready: Promise<unknown> = Promise.resolve();
  onModuleInit() {
    return SlowService.ready;
  }
}
@Module({ providers: [SlowService] })
class SlowModule {}

/** A log of revocations that takes its time. */
class SlowLog {
  async append() {}
  async read() {
    await delay(600);
    return { entries: [], cursor: undefined, more: false, rewritten: false };
  }
  async close() {}
}

async function ask(caller: Caller): Promise<string> {
  const headers = headersOf(caller);
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true, extraHeaders: headers });
  try {
    return await new Promise<string>((resolve) => {
      socket.once('answer', (answer: Seen) => resolve(whoseClaims(caller, answer)));
      socket.once('exception', ({ message }: { message: string }) => resolve(message));
      socket.emit('ask', {});
      setTimeout(resolve, 5000, 'no answer');
    });
  } finally {
    socket.disconnect();
  }
}

const shape = new Shape('gateway that answers before the deny list is read');
for (const whenStoreIsAway of ['stale', 'refuse'] as const)
  for (const isLast of [true, false]) {
    let goOn = (): void => {};
    SlowService.ready = new Promise<void>((resolve) => (goOn = resolve));
    const auth = ScalewayAuthModule.forRoot({
      environment,
      revocation: { store: new SlowLog(), whenStoreIsAway },
    });
    const imports = isLast ? [SlowModule, auth] : [auth, SlowModule];
    const app = await createApp({ imports, providers: [Gateway] });
    app.useWebSocketAdapter(new IoAdapter(app));
    logs.length = 0;
    const starting = listen(app);
    // Its port is open before the list is read.
    await delay(100);
    const what = `${whenStoreIsAway}, while ${isLast ? 'another module' : 'the list'} is waited for`;
    const [, , , , good] = callers();
    shape.add(what, 'Unauthorized', await ask(good!));
    shape.add(`${what}, the reason`, 'revocation_unknown', /reason":"(\w+)/.exec(JSON.stringify(logs))?.[1] ?? 'none');
    goOn();
    await starting;
    shape.add(`${what}, afterwards`, 'its own claims', await ask(good!));
    await app.close();
  }
await shape.print();
