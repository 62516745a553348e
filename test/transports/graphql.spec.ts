import { inspect } from 'node:util';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { type Type, UseGuards } from '@nestjs/common';
import { GraphQLModule, GraphQLSchemaHost, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { graphql } from 'graphql';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { muted } from '../support/boot.js';
import {
  applicationId,
  environment,
  foreignKey,
  forApplication,
  namespaceId,
  publicKeyPem,
  token,
} from '../support/issuer.js';
import { TOKEN_CASES } from './cases.js';
import { application, ask, mutations } from './graphql-app.js';

const sent = (value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { 'X-Auth-Token': value };
const CODES = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };
const MESSAGES = { 401: 'Unauthorized', 403: 'Forbidden' };

describe.each(platforms)('GraphQL on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(platform, rootModule(application(environment)));
  });
  afterAll(() => running.close());
  beforeEach(() => {
    running.logs.length = 0;
  });

  describe.each(['query guarded', 'mutation change'])('a %s', (operation) => {
    const [kind, field] = operation.split(' ') as [string, string];

    it.each(TOKEN_CASES)('with $name ends with $ends', async ({ token: make, ends, reason }) => {
      const before = mutations.count;
      const value = make();
      const { data, errors, status, text, challenge } = await ask(running, `${kind} { ${field} }`, sent(value));
      expect([status, challenge]).toEqual([200, null]);
      if (typeof ends === 'string') {
        expect([errors, data]).toEqual([undefined, { [field]: ends }]);
        return;
      }
      expect(data).toBeNull();
      expect(mutations.count).toBe(before);
      expect(errors).toEqual([
        expect.objectContaining({
          message: MESSAGES[ends],
          path: [field],
          extensions: expect.objectContaining({ code: CODES[ends] }),
        }),
      ]);
      const logged = JSON.stringify(running.logs);
      expect(logged).toContain(`"reason":"${reason}"`);
      expect(logged).toContain(`"handler":"OrderResolver.${field}"`);
      for (const secret of [value!, namespaceId, applicationId, publicKeyPem.split('\n')[1]!].filter(
        (s) => s?.length > 2,
      )) {
        expect(text).not.toContain(secret);
        expect(logged).not.toContain(secret);
      }
      expect(text).not.toContain(reason);
    });
  });

  it('sees a token that is sent twice', async () => {
    const headers: [string, string][] = [token(), token()].map((value) => ['X-Auth-Token', value]);
    const answer = await running.get('/graphql?query={guarded}', [['Apollo-Require-Preflight', 'yes'], ...headers]);
    expect(answer.json).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(JSON.stringify(running.logs)).toContain('duplicate_token');
  });

  it('lets an exempt field beside a guarded one keep the claims of neither: they share one request', async () => {
    // The exempt fields come last: their guards run when those of the others have kept their claims.
    const query = '{ guarded again: guarded optional exempt other: exempt }';
    expect((await ask(running, query, sent(token()))).data).toEqual({
      guarded: 'namespace',
      again: 'namespace',
      optional: 'namespace',
      exempt: 'nobody',
      other: 'nobody',
    });
  });

  it('answers the fields that may be answered, and refuses the others', async () => {
    const { data, errors, status } = await ask(running, '{ exempt order { id secret } own }', sent(token()));
    expect(status).toBe(200);
    expect(data).toEqual({ exempt: 'nobody', order: { id: '1', secret: '1 for namespace' }, own: null });
    expect(errors).toEqual([expect.objectContaining({ message: 'Forbidden', path: ['own'] })]);
  });

  it('guards a field of an object that anybody may ask for', async () => {
    const refused = await ask(running, '{ order { id secret } }', sent(token({}, foreignKey)));
    expect(refused.data).toEqual({ order: { id: '1', secret: null } });
    expect(refused.errors).toMatchObject([{ path: ['order', 'secret'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await ask(running, '{ order { secret } }', sent(token()))).data).toEqual({
      order: { secret: '1 for namespace' },
    });
  });

  it('lets requests without a token in where it is optional, and wants a scope where one is required', async () => {
    expect((await ask(running, '{ optional exempt }')).data).toEqual({ optional: 'nobody', exempt: 'nobody' });
    expect((await ask(running, '{ optional }', sent(token({}, foreignKey)))).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect((await ask(running, '{ own }', sent(token(forApplication(applicationId))))).data).toEqual({
      own: 'application',
    });
  });

  it('makes @ScwClaims() in a field that nobody guards an error', async () => {
    const { data, errors } = await ask(running, '{ unguarded }', sent(token()));
    expect(data).toEqual({ unguarded: null });
    expect(errors![0]!.message).toBe('Internal Server Error');
    expect(JSON.stringify(running.logs)).toContain('no ScalewayAuthGuard has checked');
  });
});

describe.each(platforms)('GraphQL on %s, otherwise set up', (platform) => {
  let running: RunningApp;
  const start = async (env: object, options?: Partial<ApolloDriverConfig>) => {
    running = await startApp(platform, rootModule(application(env, options)));
  };
  afterEach(() => running.close());

  it('checks nothing on a public container', async () => {
    await start({ SCW_PUBLIC: 'true' });
    const { data, errors } = await ask(running, '{ guarded exempt optional own order { secret } }');
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ guarded: 'nobody', own: 'nobody', order: { secret: '1 for undefined' } });
  });

  it('keeps extensions.code where Nest does not turn exceptions into errors of GraphQL', async () => {
    await start(environment, { autoTransformHttpErrors: false });
    expect((await ask(running, '{ guarded }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await ask(running, '{ own }', sent(token()))).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it('works beside a context of the application', async () => {
    await start(environment, { context: () => ({ tenant: 'a' }) });
    expect((await ask(running, '{ guarded }', sent(token()))).data).toEqual({ guarded: 'namespace' });
  });

  it('does not depend on what the application puts into the context', async () => {
    await start(environment, { context: () => ({ req: { headers: { 'x-auth-token': token() } } }) });
    expect((await ask(running, '{ guarded }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await ask(running, '{ guarded }', sent(token()))).data).toEqual({ guarded: 'namespace' });
  });

  it('has no request where the application runs an operation itself; tells why, and the client nothing', async () => {
    await start(environment);
    const { schema } = running.app.get(GraphQLSchemaHost, { strict: false });
    const contextValue = { req: { headers: { 'x-auth-token': token() } } };
    const { data, errors } = await graphql({ schema, source: '{ guarded }', contextValue });
    expect([data, errors!.map(({ message }) => message)]).toEqual([null, ['Internal Server Error']]);
    expect(JSON.stringify(running.logs)).toContain('where an application calls graphql itself');
  });

  it('shows no context with a token to whoever logs it', async () => {
    const seen: unknown[] = [];
    const plugin = {
      requestDidStart: async ({ contextValue }: { contextValue: object }) => void seen.push(contextValue),
    };
    await start(environment, { context: () => ({ tenant: 'a' }), plugins: [plugin] });
    const secret = token();
    await ask(running, '{ guarded }', sent(secret));
    const { req, ...own } = seen[0] as { req: unknown };
    expect(req).toBeDefined();
    expect(inspect(own, { depth: 9 })).toContain('tenant');
    expect(inspect(own, { depth: 9 })).not.toContain(secret);
  });

  it('is guarded whole by protectAllRoutes', async () => {
    running = await startApp(
      platform,
      rootModule({
        ...application(environment),
        imports: [
          ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true }),
          ...application(environment).imports!.slice(1),
        ],
      }),
    );
    expect((await ask(running, '{ order { id } }')).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect((await ask(running, '{ order { id } }', sent(token()))).data).toEqual({ order: { id: '1' } });
  });
});

describe.each(platforms)('schema-first GraphQL on %s', (platform) => {
  const start = (options: Partial<ApolloDriverConfig>, providers: Type[], protectAllRoutes = true) =>
    startApp(
      platform,
      rootModule({
        imports: [
          ScalewayAuthModule.forRoot({ environment, protectAllRoutes }),
          GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, graphiql: false, ...options }),
        ],
        providers,
      }),
    );

  @Resolver()
  class OrderQueries {
    @Query('order')
    order() {
      return 'guarded';
    }
  }
  it('does not start where the option resolvers answers in the place of a handler', async () => {
    const typeDefs = 'type Query { order: String }';
    const resolvers = { Query: { order: () => 'open' } };
    await expect(muted(() => start({ typeDefs, resolvers }, [OrderQueries]))).rejects.toThrow(
      /OrderQueries\.order \(Query\.order\): the option resolvers of GraphQLModule answers in its place. Remove one/,
    );
    @UseGuards(ScalewayAuthGuard)
    @Resolver()
    class GuardedQueries extends OrderQueries {}
    await expect(muted(() => start({ typeDefs, resolvers }, [GuardedQueries], false))).rejects.toThrow(/Remove one/);
    await (await start({ typeDefs, resolvers }, [OrderQueries], false)).close();
    const running = await start({ typeDefs }, [OrderQueries]);
    expect((await ask(running, '{ order }')).errors![0]!.message).toBe('Unauthorized');
    await running.close();
  });
  it.each(['useFactory', 'useValue'])('lets nobody in whose guard Nest leaves out: a resolver by %s', async (how) => {
    @UseGuards(ScalewayAuthGuard)
    @Resolver()
    class GuardedQueries extends OrderQueries {}
    const made = how === 'useValue' ? new GuardedQueries() : () => new GuardedQueries();
    const running = await startApp(
      platform,
      rootModule({
        imports: [
          ScalewayAuthModule.forRoot({ environment }),
          GraphQLModule.forRoot<ApolloDriverConfig>({
            driver: ApolloDriver,
            graphiql: false,
            typeDefs: 'type Query { order: String }',
          }),
        ],
        providers: [{ provide: 'resolver', [how]: made } as never],
      }),
    );
    const { data, errors } = await ask(running, '{ order }');
    expect([data, errors![0]!.message]).toEqual([{ order: null }, 'Forbidden resource']);
    await running.close();
  });
  it('does not start where clients enter at a type of another name, and no guard is asked about fields', async () => {
    @Resolver('Start')
    class StartResolver {
      @ResolveField('order')
      order() {
        return 'guarded';
      }
    }
    const typeDefs = 'schema { query: Start } type Start { order: String }';
    await expect(muted(() => start({ typeDefs }, [StartResolver]))).rejects.toThrow(
      /StartResolver\.order \(Start\.order\): Nest asks guards about it only with fieldResolverEnhancers/,
    );
    const running = await start({ typeDefs, fieldResolverEnhancers: ['guards'] }, [StartResolver]);
    expect((await ask(running, '{ order }')).errors![0]!.message).toBe('Unauthorized');
    expect((await ask(running, '{ order }', sent(token()))).data).toEqual({ order: 'guarded' });
    await running.close();
  });
});
