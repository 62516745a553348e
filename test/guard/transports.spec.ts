import { Controller, Get, type ContextType, type ExecutionContext, UseGuards } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExternalContextCreator } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic } from 'nestjs-scaleway-auth';
import { rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, token } from '../support/issuer.js';

const REFUSED = /ScalewayAuthGuard found nothing that could carry a token/;

class Handlers {
  ran = 0;

  @UseGuards(ScalewayAuthGuard)
  guarded(): string {
    this.ran++;
    return 'guarded';
  }
  @ScwPublic()
  @UseGuards(ScalewayAuthGuard)
  exempt(): string {
    this.ran++;
    return 'exempt';
  }
}

@Controller()
class HttpController {
  @UseGuards(ScalewayAuthGuard)
  @Get()
  get(): string {
    return 'http';
  }
}

/** How Nest calls handlers of GraphQL, queues, scheduled messages and the like: with guards, but without HTTP. */
describe('a handler that is not called over HTTP', () => {
  let running: RunningApp;
  let handlers: Handlers;

  const start = async (SCW_PUBLIC: string): Promise<void> => {
    const imports = [ScalewayAuthModule.forRoot({ environment: { ...environment, SCW_PUBLIC } })];
    running = await startApp('express', rootModule({ imports, controllers: [HttpController], providers: [Handlers] }));
    handlers = running.app.get(Handlers);
  };
  afterEach(() => running.close());

  function call(method: 'guarded' | 'exempt', type: string, ...args: unknown[]): Promise<unknown> {
    const creator = running.app.get(ExternalContextCreator);
    const handler = creator.create(
      handlers,
      handlers[method],
      method,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      type as ContextType,
    );
    return Promise.resolve().then(() => handler(...args) as Promise<unknown>);
  }

  const request = () => ({ headers: { 'x-auth-token': token() } });

  it.each(['rpc', 'ws', 'rmq', 'necord'])('over %j is refused with a clear error', async (type) => {
    await start('false');
    await expect(call('guarded', type, request(), {})).rejects.toThrow(
      /found nothing that could carry a token in the call of Handlers\.guarded over "\w+"[^]*override getRequest\(context\)/,
    );
    await expect(call('guarded', type)).rejects.toThrow(REFUSED);
    expect(handlers.ran).toBe(0);
  });
  it('over GraphQL is refused with an error for the log, and not for the client', async () => {
    await start('false');
    const refused = call('guarded', 'graphql', undefined, {}, {}, {});
    await expect(refused).rejects.toThrow('Internal Server Error');
    await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringMatching(REFUSED) } });
    await expect(call('guarded', 'graphql')).rejects.toThrow('Internal Server Error');
    await expect(call('guarded', 'graphql', request(), request(), request())).rejects.toThrow('Internal Server Error');
    const logged = running.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(logged[0]).toMatchObject({ handler: 'Handlers.guarded', detail: expect.stringMatching(REFUSED) });
    expect(handlers.ran).toBe(0);
  });
  it('that has no request is refused, even where it says that it is HTTP', async () => {
    await start('false');
    await expect(call('guarded', 'http')).rejects.toThrow(REFUSED);
    await expect(call('guarded', 'http', null)).rejects.toThrow(REFUSED);
    await expect(call('guarded', 'http', {})).rejects.toThrow(REFUSED);
    expect(handlers.ran).toBe(0);
  });
  it('runs when it is exempt', async () => {
    await start('false');
    await expect(call('exempt', 'rpc', {})).resolves.toBe('exempt');
  });
  it('runs on a public container, where nothing is checked', async () => {
    await start('true');
    await expect(call('guarded', 'rpc', {})).resolves.toBe('guarded');
  });
});

describe('@ScwClaims() in a handler that is not called over HTTP', () => {
  class Consumer {
    consume(@ScwClaims() _claims: unknown): void {}
  }

  type Metadata = Record<string, { factory(data: unknown, context: ExecutionContext): unknown }>;
  const [parameter] = Object.values(Reflect.getMetadata(ROUTE_ARGS_METADATA, Consumer, 'consume') as Metadata);

  it.each([[], [undefined], [null], ['a message'], [{ headers: {} }]])(
    'is a clear error, called with %p',
    (...args: unknown[]) => {
      const context = new ExecutionContextHost(args, Consumer, Consumer.prototype.consume as never);
      context.setType('rpc');
      expect(() => parameter!.factory(undefined, context)).toThrow(
        /@ScwClaims\(\) stands in Consumer\.consume, which no ScalewayAuthGuard has checked/,
      );
    },
  );
});
