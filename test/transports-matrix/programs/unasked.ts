// What Nest calls by itself: no guard is asked, so the boot stops where somebody relies on one.
import { applyDecorators, Controller, Get, Injectable, type Type, UseGuards } from '@nestjs/common';
import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { CommandHandler, CqrsModule, EventsHandler, QueryHandler } from '@nestjs/cqrs';
import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Cron, Interval, ScheduleModule, Timeout } from '@nestjs/schedule';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwPublic, ScwRequireScope } from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { bootError, createApp } from './support/application.js';
import { environment } from './support/callers.js';
import { Shape } from './support/report.js';

class Ask {}

type Decorators = (ClassDecorator & MethodDecorator)[];

/** A class with a handler of each kind; decorated on the class or on the handler. */
function classesOf(onClass: Decorators, onHandler: Decorators): Record<string, Type> {
  const C = (): ClassDecorator => applyDecorators(...onClass);
  const H = (): MethodDecorator => applyDecorators(...onHandler);

  @C()
  @Injectable()
  class Scheduled {
    @H()
    @Cron('0 0 1 1 *')
    cron() {}
  }
  @C()
  @Injectable()
  class Repeated {
    @H()
    @Interval(1_000_000)
    tick() {}
  }
  @C()
  @Injectable()
  class Delayed {
    @H()
    @Timeout(1_000_000)
    later() {}
  }
  @C()
  @CommandHandler(Ask)
  class AskHandler {
    @H()
    async execute() {}
  }
  @C()
  @QueryHandler(Ask)
  class QuestionHandler {
    @H()
    async execute() {}
  }
  @C()
  @EventsHandler(Ask)
  class AskedHandler {
    @H()
    handle() {}
  }
  @C()
  @Injectable()
  class Listener {
    @H()
    @OnEvent('asked')
    listen() {}
  }
  @C()
  @Processor('orders', { autorun: false, skipVersionCheck: true } as object)
  class OrdersProcessor extends WorkerHost {
    @H()
    async process() {}
  }
  return { Scheduled, Repeated, Delayed, AskHandler, QuestionHandler, AskedHandler, Listener, OrdersProcessor };
}

const shape = new Shape('queues, schedules, CQRS and event listeners');

async function boot(provider: Type, protectAllRoutes: boolean): Promise<string> {
  const imports = [
    ScalewayAuthModule.forRoot({ environment, protectAllRoutes }),
    ScheduleModule.forRoot(),
    CqrsModule.forRoot(),
    EventEmitterModule.forRoot(),
    ...(provider.name === 'OrdersProcessor'
      ? [
          BullModule.forRoot({
            connection: { host: '127.0.0.1', port: 1, lazyConnect: true, retryStrategy: () => null },
          }),
        ]
      : []),
  ];
  let protection: string | undefined;
  const message = await bootError(async () => {
    const app = await createApp({ imports, providers: [provider] });
    [protection] = scwRoutes(app)
      .filter(({ handler }) => handler.startsWith(provider.name))
      .map((route) => route.protection);
    // What the module's check runs in; nothing is connected or scheduled yet.
    app.get(ScalewayAuthModule, { strict: false }).configure();
  });
  if (message === 'started') return protection ?? 'not found';
  return message.includes('Nest asks no guard about it') ? 'refused at boot' : message;
}

for (const [name, onClass, onHandler, ends] of [
  ['nothing', [], [], 'not asked by Nest'],
  ['@UseGuards on the class', [UseGuards(ScalewayAuthGuard)], [], 'refused at boot'],
  ['@UseGuards on the handler', [], [UseGuards(ScalewayAuthGuard)], 'refused at boot'],
  ['@ScwRequireScope on the handler', [], [ScwRequireScope('application')], 'refused at boot'],
  ['@ScwPublic on the handler', [], [ScwPublic()], 'refused at boot'],
  ['@ScwRequireScope on the class', [ScwRequireScope('application')], [], 'refused at boot'],
] as unknown as [string, Decorators, Decorators, string][])
  for (const [kind, provider] of Object.entries(classesOf(onClass, onHandler)))
    for (const protectAllRoutes of [true, false])
      shape.add(`${kind}, ${name}, ${protectAllRoutes}`, ends, await boot(provider, protectAllRoutes));

// A class whose other handlers are asked for: what stands on it is meant for those.
@UseGuards(ScalewayAuthGuard)
@Controller('both')
class BothController {
  @Get()
  get() {
    return 'orders';
  }
  @OnEvent('asked')
  listen() {}
}
@Controller('both')
class GuardedListenerController {
  @UseGuards(ScalewayAuthGuard)
  @OnEvent('asked')
  listen() {}
}
shape.add('a guarded controller that listens', 'started', await bootController(BothController));
const listener = await bootController(GuardedListenerController);
const isRefused = listener.includes('Nest asks no guard about it');
shape.add('a controller whose listener has a guard', 'refused at boot', isRefused ? 'refused at boot' : listener);

async function bootController(controller: Type): Promise<string> {
  return bootError(async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment }), EventEmitterModule.forRoot()];
    const app = await createApp({ imports, controllers: [controller] });
    await app.init();
    await app.close();
  });
}

await shape.print();
// BullMQ's clients go on trying to connect.
process.exit();
