import { jest } from '@jest/globals';
import { Controller, Get, type ContextType, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExternalContextCreator } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, foreignKey, forApplication, token } from '../support/issuer.js';

const REFUSED =
  /refuses the call of Handlers\.guarded over "\w+": it found nothing that could carry a token\.[^]*override getRequest\(context\)/;
const UNREADABLE = { cause: { message: expect.stringMatching(REFUSED) } };

/** What an application writes whose calls carry their token as their last argument, or in it. */
@Injectable()
class LastArgumentGuard extends ScalewayAuthGuard {
  protected override getRequest(context: ExecutionContext) {
    const last = context.getArgs<(string | { token?: string } | undefined)[]>().at(-1);
    return { headers: { 'x-auth-token': typeof last === 'object' ? last.token : last } };
  }
}

/** A transport of the user's own, whose messages are text. */
@Injectable()
class TextGuard extends ScalewayAuthGuard {
  protected override getRequest(context: ExecutionContext) {
    return { headers: { 'x-auth-token': context.getArgByIndex<string>(0) } };
  }
}

/** Over HTTP too a token may come in another way. */
@Injectable()
class TicketGuard extends ScalewayAuthGuard {
  protected override getRequest(context: ExecutionContext) {
    const { headers } = super.getRequest(context)!;
    return { headers: { authorization: headers['ticket'] } };
  }
}

class Handlers {
  ran = 0;

  @UseGuards(ScalewayAuthGuard)
  guarded(): string {
    this.ran++;
    return 'guarded';
  }
  @UseGuards(LastArgumentGuard)
  overridden(): string {
    this.ran++;
    return 'overridden';
  }
  @UseGuards(TextGuard)
  textual(@ScwClaims('scope') scope: string): string {
    this.ran++;
    return scope;
  }
  @UseGuards(LastArgumentGuard)
  asking(@ScwClaims() caller: ScwTokenClaims | undefined): string {
    this.ran++;
    return caller?.scope ?? 'nobody';
  }
}

@UseGuards(ScalewayAuthGuard)
class GuardedHandlers {
  @ScwPublic()
  exempt(): string {
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
  @UseGuards(TicketGuard)
  @Get('ticket')
  ticket(@ScwClaims() caller: ScwTokenClaims): object {
    return { scope: caller.scope };
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

  function call(
    method: 'guarded' | 'exempt' | 'overridden' | 'asking' | 'textual',
    type: string,
    ...args: unknown[]
  ): Promise<unknown> {
    const creator = running.app.get(ExternalContextCreator);
    const handler = creator.create(
      method === 'exempt' ? new GuardedHandlers() : handlers,
      (method === 'exempt' ? GuardedHandlers.prototype.exempt : handlers[method]) as (...args: unknown[]) => unknown,
      method,
      ROUTE_ARGS_METADATA,
      { exchangeKeyForValue: () => undefined },
      undefined,
      undefined,
      undefined,
      type as ContextType,
    );
    return Promise.resolve().then(() => handler(...args) as Promise<unknown>);
  }

  const request = () => ({ headers: { 'x-auth-token': token() } });

  it.each(['rpc', 'ws', 'graphql', 'rmq', 'necord'])('over %j is refused with an error for the log', async (type) => {
    await start('false');
    const refused = call('guarded', type, request(), {}, {}, {});
    await expect(refused).rejects.toThrow(/^Internal server error$/i);
    await expect(refused).rejects.toMatchObject(UNREADABLE);
    await expect(call('guarded', type)).rejects.toThrow(/^Internal server error$/i);
    const logged = running.logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(logged[0]).toMatchObject({
      reason: 'unexpected',
      handler: 'Handlers.guarded',
      detail: expect.stringMatching(REFUSED),
    });
    expect(handlers.ran).toBe(0);
  });
  describe('whose guard overrides getRequest', () => {
    beforeEach(() => start('false'));

    it.each(['rpc', 'ws', 'graphql', 'necord'])('over %j runs for a token, and not without', async (type) => {
      await expect(call('overridden', type, { token: token() })).resolves.toBe('overridden');
      await expect(call('overridden', type, token())).resolves.toBe('overridden');
      await expect(call('overridden', type, {}, token())).resolves.toBe('overridden');
      expect(handlers.ran).toBe(3);
      const forged = token({}, foreignKey);
      for (const args of [[], [undefined], ['x'], [{}], [forged], [{ token: forged }], [{}, forged]])
        await expect(call('overridden', type, ...args)).rejects.toThrow('Unauthorized');
      await expect(call('overridden', type, token(forApplication('other')))).rejects.toThrow('Forbidden');
      expect(handlers.ran).toBe(3);
    });
    it.each<[string, unknown[]]>([
      ['rpc', []],
      ['rpc', ['text']],
      ['ws', [{}]],
      ['graphql', [undefined, {}, { tenant: 'a' }]],
      ['graphql', [undefined, {}, { req: {} }]],
      ['necord', ['text']],
    ])('over %j has the claims of each call, after %j', async (type, before) => {
      for (let times = 0; times < 2; times++) {
        // As graphql gives resolvers: variables of this execution.
        const withSent = (sent: object) => [...before, { variableValues: {}, ...sent }];
        await expect(call('asking', type, ...withSent({ token: token() }))).resolves.toBe('namespace');
        const own = token(forApplication(applicationId));
        await expect(call('asking', type, ...withSent({ token: own }))).resolves.toBe('application');
        await expect(call('asking', type, ...withSent({}))).rejects.toThrow('Unauthorized');
      }
    });
    it.each(['rpc', 'necord'])(
      'over %j, with one context object for all calls, never has those of another',
      async (type) => {
        const [shared, mine, others] = [{}, token(), token(forApplication(applicationId))];
        await expect(call('textual', type, mine, shared)).resolves.toBe('namespace');
        await expect(call('textual', type, mine, shared)).resolves.toBe('namespace');
        const both = [call('textual', type, others, shared), call('textual', type, mine, shared)];
        for (const each of both) await expect(each).rejects.toThrow(/can tell who called/);
        await expect(call('textual', type, mine, {})).resolves.toBe('namespace');
        await expect(call('textual', type, others, {})).resolves.toBe('application');
      },
    );
    it.each(['rpc', 'ws', 'graphql', 'necord'])('over %j has no claims where no call can be told by', async (type) => {
      const refused = call('asking', type, token());
      const said = /no ScalewayAuthGuard has checked/;
      // What is thrown over GraphQL, the client reads.
      if (type === 'graphql')
        await expect(refused).rejects.toMatchObject({ cause: { message: expect.stringMatching(said) } });
      else await expect(refused).rejects.toThrow(said);
      expect(handlers.ran).toBe(0);
    });
    it('over GraphQL has no claims where an execution has no variables of its own', async () => {
      await expect(call('asking', 'graphql', undefined, {}, {}, { token: token() })).rejects.toMatchObject({
        cause: { message: expect.stringMatching(/no ScalewayAuthGuard has checked/) },
      });
    });
    it.each([
      ['rpc', '@nestjs/microservices'],
      ['ws', '@nestjs/websockets'],
    ])('over %j is refused with an exception of HTTP where %s is not installed', async (type, name) => {
      jest.unstable_mockModule(name, () => {
        throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
      });
      try {
        await expect(call('overridden', type, 'x')).rejects.toMatchObject({ status: 401, cause: 'malformed' });
        await expect(call('overridden', type, token(forApplication('other')))).rejects.toMatchObject({
          status: 403,
          message: 'Forbidden',
          cause: 'wrong_application',
        });
        await expect(call('guarded', type)).rejects.toMatchObject({ status: 500, ...UNREADABLE });
        await expect(call('overridden', type, token())).resolves.toBe('overridden');
      } finally {
        jest.unstable_unmockModule(name);
      }
      expect(handlers.ran).toBe(1);
      await expect(call('overridden', type, 'x')).rejects.not.toHaveProperty('status');
    });
  });
  it('that has no request is refused, even where it says that it is HTTP', async () => {
    await start('false');
    await expect(call('guarded', 'http')).rejects.toMatchObject(UNREADABLE);
    await expect(call('guarded', 'http')).rejects.toHaveProperty(
      'cause.message',
      expect.stringContaining(
        'This call has no HTTP request with headers: extend ScalewayAuthGuard and override getRequest(context), so that it ' +
          'finds the token in this call; or exempt this handler with @ScwPublic() and check its callers by other means.',
      ),
    );
    await expect(call('guarded', 'http', null)).rejects.toMatchObject(UNREADABLE);
    await expect(call('guarded', 'http', {})).rejects.toMatchObject(UNREADABLE);
    expect(handlers.ran).toBe(0);
  });
  it('that has a request and no response is refused as any other', async () => {
    await start('false');
    await expect(call('guarded', 'http', { headers: {} })).rejects.toMatchObject({ status: 401, cause: 'no_token' });
    expect(handlers.ran).toBe(0);
  });
  it('has the claims where getRequest is overridden over HTTP', async () => {
    await start('false');
    const answer = await running.get('/ticket', { Ticket: `Bearer ${token()}` });
    expect([answer.status, answer.json]).toEqual([200, { scope: 'namespace' }]);
    expect((await running.get('/ticket', { 'X-Auth-Token': token() })).status).toBe(401);
  });
  it('tells the cause of a refusal to a filter', async () => {
    await start('false');
    for (const type of ['rpc', 'ws', 'graphql', 'necord']) {
      await expect(call('overridden', type, 'x')).rejects.toMatchObject({ cause: 'malformed' });
      const other = token(forApplication('other'));
      await expect(call('overridden', type, other)).rejects.toMatchObject({ cause: 'wrong_application' });
    }
  });
  it('over a WebSocket is looked at as far as its client goes', async () => {
    await start('false');
    const headers = { 'x-auth-token': token() };
    for (const client of [{ handshake: { headers } }, { handshake: { headers, auth: null } }])
      await expect(call('guarded', 'ws', client, {})).resolves.toBe('guarded');
    for (const nothing of [undefined, null])
      await expect(call('guarded', 'ws', { handshake: { headers, auth: { token: nothing } } }, {})).resolves.toBe(
        'guarded',
      );
    for (const auth of [undefined, null, {}, { token: null }])
      await expect(call('guarded', 'ws', { handshake: { headers: {}, auth } }, {})).rejects.toMatchObject({
        cause: 'no_token',
      });
    await expect(call('guarded', 'ws', {}, {})).rejects.toHaveProperty(
      'cause.message',
      expect.stringContaining(
        'This WebSocket client carries no headers of its opening request. With the adapter for ws write ' +
          'app.useWebSocketAdapter(new ScwWsAdapter(app)), from nestjs-scaleway-auth/ws; with another adapter ' +
          'extend ScalewayAuthGuard and override getRequest(context).',
      ),
    );
  });
  it('runs when it is exempt', async () => {
    await start('false');
    await expect(call('exempt', 'rpc', {})).resolves.toBe('exempt');
  });
  it('runs on a public container, where nothing is checked', async () => {
    await start('true');
    await expect(call('guarded', 'rpc', {})).resolves.toBe('guarded');
    await expect(call('asking', 'graphql', undefined, {}, { tenant: 'a' }, { variableValues: {} })).resolves.toBe(
      'nobody',
    );
    await expect(call('asking', 'necord', {})).resolves.toBe('nobody');
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
        /asks who called Consumer\.consume, which no ScalewayAuthGuard has checked/,
      );
    },
  );
});
