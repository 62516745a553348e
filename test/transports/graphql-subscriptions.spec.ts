import type { IncomingMessage } from 'node:http';
import { type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { createClient, type ExecutionResult } from 'graphql-ws';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic } from 'nestjs-scaleway-auth';
import { WebSocket } from 'ws';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, token } from '../support/issuer.js';

/** What an application writes that wants its subscriptions checked when they start, with the socket's own headers. */
@Injectable()
class SubscriptionGuard extends ScalewayAuthGuard {
  protected override getRequest(context: ExecutionContext) {
    const { req } = context.getArgByIndex<{ req: { extra?: { request: IncomingMessage } } }>(2);
    return req.extra?.request ?? super.getRequest(context);
  }
}

let started = 0;

async function* numbers(name: string, value: string) {
  started++;
  yield { [name]: value };
}

@Resolver()
class NewsResolver {
  @Query(() => String)
  @UseGuards(ScalewayAuthGuard)
  guarded(): string {
    return 'guarded';
  }
  @Subscription(() => String)
  @UseGuards(ScalewayAuthGuard)
  news() {
    return numbers('news', 'news');
  }
  @Subscription(() => String)
  @UseGuards(SubscriptionGuard)
  overridden(@ScwClaims('scope') scope: string) {
    return numbers('overridden', scope);
  }
}

@UseGuards(ScalewayAuthGuard)
@Resolver()
class WeatherResolver {
  @Subscription(() => String)
  @ScwPublic()
  weather() {
    return numbers('weather', 'sunny');
  }
}

const application = (env: object, options: Partial<ApolloDriverConfig> = {}) =>
  rootModule({
    imports: [
      ScalewayAuthModule.forRoot({ environment: env }),
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        graphiql: false,
        subscriptions: { 'graphql-ws': true },
        ...options,
      }),
    ],
    providers: [NewsResolver, WeatherResolver],
  });

describe.each(platforms)('GraphQL over a WebSocket, on %s', (platform) => {
  let running: RunningApp;
  const start = async (env: object = environment, options?: Partial<ApolloDriverConfig>) =>
    void (running = await startApp(platform, application(env, options)));
  beforeEach(() => void (started = 0));
  afterEach(() => running.close());

  /** The first thing that an operation answers: data, or the errors with which it ended. */
  async function first(query: string, headers: Record<string, string> = {}): Promise<unknown> {
    class Socket extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { headers });
      }
    }
    const client = createClient({
      url: `${running.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Socket,
      retryAttempts: 0,
      // As clients of GraphQL do who know no better: it is not looked at.
      connectionParams: { headers, 'x-auth-token': headers['X-Auth-Token'], ...headers },
    });
    try {
      return await new Promise((resolve) => {
        client.subscribe(
          { query },
          {
            next: ({ data, errors }: ExecutionResult) => resolve(errors ?? data),
            error: resolve,
            complete: () => resolve('complete'),
          },
        );
      });
    } finally {
      await client.dispose();
    }
  }
  const good = () => ({ 'X-Auth-Token': token() });

  it('is refused, and the operator reads what to do', async () => {
    await start();
    expect(await first('subscription { news }', good())).toMatchObject([{ message: 'Internal Server Error' }]);
    expect(started).toBe(0);
    const logged = JSON.stringify(running.logs);
    expect(logged).toContain('NewsResolver.news');
    expect(logged).toContain('Subscriptions live longer');
    expect(logged).toContain('override getRequest(context)');

    expect(await first('{ guarded }', good())).toMatchObject([{ message: 'Internal Server Error' }]);
    expect(JSON.stringify(running.logs)).toContain('as over graphql-ws');
  });
  it('has no request, also where the context has the one that opened the socket', async () => {
    const context = ({ extra, req }: { extra?: { request: unknown }; req?: unknown }) => ({
      req: extra?.request ?? req,
    });
    await start(environment, { context });
    expect(await first('{ guarded }', good())).toMatchObject([{ message: 'Internal Server Error' }]);
    expect(await first('subscription { news }', good())).toMatchObject([{ message: 'Internal Server Error' }]);
    expect(started).toBe(0);
  });
  it('runs where it is exempt, or the container public', async () => {
    await start();
    expect(await first('subscription { weather }')).toEqual({ weather: 'sunny' });
    await running.close();
    await start({ SCW_PUBLIC: 'true' });
    expect(await first('subscription { news }')).toEqual({ news: 'news' });
  });
  it('is checked when it starts by a guard that overrides getRequest', async () => {
    await start();
    expect(await first('subscription { overridden }', good())).toEqual({ overridden: 'namespace' });
    expect(await first('subscription { overridden }')).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await first('subscription { overridden }', { 'X-Auth-Token': token({}, foreignKey) })).toMatchObject([
      { message: 'Unauthorized', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(started).toBe(1);
  });
});
