// Subgraphs of a federation: references are asked about, or the application does not start. Gateways: refused at boot, unless
// their `context` function checks.
import { ApolloGatewayDriver } from '@nestjs/apollo';
import { type INestApplication, UseGuards } from '@nestjs/common';
import {
  Directive,
  Field,
  GraphQLModule,
  ID,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
} from '@nestjs/graphql';
import { GraphQLError } from 'graphql';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScalewayTokenVerifier,
  ScwClaims,
  ScwPublic,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { bootError, createApp, listen, platform } from './support/application.js';
import { type Caller, callers, environment, type Seen, seen } from './support/callers.js';
import { federationLibraries, type Library, loadMercurius, outcome, send, tokenHeader } from './support/graphql.js';
import { Shape } from './support/report.js';

@ObjectType()
class Caught {
  @Field(() => String)
  scope!: string;
  @Field(() => String)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id")')
class User {
  @Field(() => ID)
  id!: string;
  @Field(() => Caught)
  caller!: Seen;
  @Field(() => Caught)
  field?: Seen;
}

@Resolver(() => User)
class UserResolver {
  @Query(() => User)
  user(@ScwClaims() caller: ScwTokenClaims): User {
    return { id: '1', caller: seen(caller) };
  }
  @ResolveReference()
  reference(reference: { id: string }): User {
    return { id: reference.id, caller: seen(undefined) };
  }
  @ResolveField(() => Caught)
  field(@Parent() _user: User, @ScwClaims() caller: ScwTokenClaims): Seen {
    return seen(caller);
  }
}

@Resolver(() => User)
class ExemptResolver {
  @Query(() => String)
  version(): string {
    return '1';
  }
  @Query(() => User, { nullable: true })
  nobody(): void {}
  @ScwPublic()
  @ResolveReference()
  reference(reference: { id: string }): User {
    return { id: reference.id, caller: seen(undefined) };
  }
}

@UseGuards(ScalewayAuthGuard)
@Resolver(() => User)
class GuardedResolver {
  @Query(() => User)
  user(@ScwClaims() caller: ScwTokenClaims): User {
    return { id: '1', caller: seen(caller) };
  }
  @ResolveReference()
  reference(reference: { id: string }): User {
    return { id: reference.id, caller: seen(undefined) };
  }
  @ResolveField(() => Caught)
  field(@Parent() _user: User, @ScwClaims() caller: ScwTokenClaims): Seen {
    return seen(caller);
  }
}

const subgraph = (library: Library, options: object, extras: object, resolver: object): Promise<INestApplication> =>
  createApp({
    imports: [
      ScalewayAuthModule.forRoot({ environment, ...extras } as never),
      GraphQLModule.forRoot({ autoSchemaFile: { federation: 2 }, ...library.options, ...options } as never),
    ],
    providers: [resolver as never],
  });

const ENTITIES = {
  query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { id field { scope id } } } }',
  variables: { of: [1, 2, 3].map((id) => ({ __typename: 'User', id: String(id) })) },
};
const UNGUARDED = 'started';
const REFUSED = 'refused to start, and named the reference';
const named = (message: string) =>
  /Resolver\.reference \(User\.__resolveReference\): .*fieldResolverEnhancers/.test(message) ? REFUSED : message;

const shared = { tenant: 'a' };
for (const library of await federationLibraries()) {
  for (const [name, options] of Object.entries({
    'of no context': {},
    'of a context for all': { context: shared },
    'of a context function': { context: () => shared },
  }))
    for (const [who, extras, resolver] of [
      ['protectAllRoutes', { protectAllRoutes: true }, UserResolver],
      ['a guard on the class', {}, GuardedResolver],
    ] as const) {
      const shape = new Shape(`GraphQL, a subgraph by ${library.name} ${name}, ${who}`);
      const app = await subgraph(library, { fieldResolverEnhancers: ['guards'], ...options }, extras, resolver);
      const url = await listen(app);
      await shape.askAs('references', async (caller) =>
        outcome(caller, await send(url, ENTITIES, tokenHeader(caller)), (data) =>
          // oxlint-disable-next-line no-underscore-dangle -- federation's name
          data._entities.map(({ field }: { field: Seen }) => field),
        ),
      );
      await shape.askAs('a query', async (caller) =>
        outcome(
          caller,
          await send(url, { query: '{ user { caller { scope id } field { scope id } } }' }, tokenHeader(caller)),
          ({ user }) => [user.caller, user.field],
        ),
      );
      await app.close();
      await shape.print();
    }

  const shape = new Shape(`GraphQL, a subgraph by ${library.name} that asks no guard about references`);
  const boot = async (extras: object, resolver: object) => {
    let app: INestApplication | undefined;
    const said = await bootError(async () => {
      app = await subgraph(library, {}, extras, resolver);
      await listen(app);
    });
    return { app, said };
  };
  shape.add('protectAllRoutes', REFUSED, named((await boot({ protectAllRoutes: true }, UserResolver)).said));
  shape.add('a guard on the class', REFUSED, named((await boot({}, GuardedResolver)).said));
  const unguarded = await boot({}, UserResolver);
  shape.add('no guard anywhere', UNGUARDED, unguarded.said);
  await unguarded.app?.close();
  const exempt = await boot({ protectAllRoutes: true }, ExemptResolver);
  shape.add('exempt', UNGUARDED, exempt.said);
  await exempt.app?.close();
  await shape.print();
}

await tryGateways();

async function tryGateways(): Promise<void> {
  const { MercuriusGatewayDriver } = await loadMercurius();
  const libraries = [
    { name: 'Apollo', driver: ApolloGatewayDriver },
    ...(MercuriusGatewayDriver ? [{ name: 'Mercurius', driver: MercuriusGatewayDriver }] : []),
  ];
  for (const { name, driver } of libraries) {
    const shape = new Shape(`GraphQL, a gateway by ${name}`);
    const library = (await federationLibraries()).find((each) => each.name === name);
    const behind = await subgraph(
      library!,
      { fieldResolverEnhancers: ['guards'] },
      { environment: { SCW_PUBLIC: 'true' } },
      ExemptResolver,
    );
    const subgraphUrl = `${await listen(behind)}/graphql`;

    const boot = async (extras: object, options: object = {}, prepare: (app: INestApplication) => void = () => {}) => {
      let app: INestApplication | undefined;
      const said = await bootError(async () => {
        app = await createApp({
          imports: [
            ScalewayAuthModule.forRoot({ environment, ...extras } as never),
            GraphQLModule.forRootAsync({
              driver,
              inject: [ScalewayTokenVerifier],
              // What composes the subgraphs serves one application.
              useFactory: async (verifier: ScalewayTokenVerifier) => ({
                gateway: await gatewayOf(name, subgraphUrl),
                ...contextOf(name, verifier),
                ...options,
              }),
            } as never),
          ],
        });
        prepare(app);
        await listen(app);
      });
      return { app, said };
    };
    const refusal = new RegExp(
      `${driver.name} \\(graphql-gateway /graphql\\): a GraphQL gateway has no handlers.*graphqlGateway`,
    );
    const refused = (message: string) => (refusal.test(message) ? 'refused to start' : message);
    shape.add('protectAllRoutes', 'refused to start', refused((await boot({ protectAllRoutes: true })).said));
    const global = await boot({}, {}, (app) => void app.useGlobalGuards(app.get(ScalewayAuthGuard)));
    shape.add('useGlobalGuards', 'refused to start', refused(global.said));
    const open = await boot({});
    shape.add('no guard anywhere', 'started', open.said);
    await open.app?.close();

    const { app, said } = await boot({ protectAllRoutes: true, graphqlGateway: 'context' });
    shape.add('its context function checks', 'started', said);
    const url = await app!.getUrl();
    const ask = async (caller: Caller): Promise<string> => {
      const answer = await fetch(`${url.replace('[::1]', '127.0.0.1')}/graphql`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...tokenHeader(caller) },
        body: JSON.stringify({ query: '{ version }' }),
      });
      const text = await answer.text();
      if (/stack|at .*\.js/.test(text)) return `tells where it was thrown: ${text}`;
      if (answer.status === 401) return /Unauthorized/.test(text) ? 'refused' : text;
      return text;
    };
    for (const caller of [...callers(), ...callers()])
      shape.add(
        `a query, ${caller.name}`,
        caller.id === undefined ? 'refused' : '{"data":{"version":"1"}}',
        (await ask(caller)).trim(),
      );
    await app!.close();
    await behind.close();
    await shape.print();
  }
}

async function gatewayOf(name: string, url: string): Promise<object> {
  if (name === 'Mercurius') return { services: [{ name: 'users', url }] };
  const { IntrospectAndCompose } = await import('@apollo/gateway' as string);
  return { supergraphSdl: new IntrospectAndCompose({ subgraphs: [{ name: 'users', url }] }) };
}

/** The recipes of docs/transports.md. */
function contextOf(name: string, verifier: ScalewayTokenVerifier): object {
  const refusal = (properties: object = {}) =>
    Object.assign(
      new GraphQLError('Unauthorized', { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } }),
      properties,
    );
  if (name === 'Mercurius')
    return {
      context: async (request: { headers: Record<string, string> }) => {
        const verdict = await verifier.verify(request);
        if (!verdict.accepted && !verifier.containerIsPublic) throw refusal({ statusCode: 401 });
        return {};
      },
    };
  const context = async (given: any) => {
    const verdict = await verifier.verify(platform === 'express' ? given.req : given);
    if (!verdict.accepted && !verifier.containerIsPublic) throw refusal();
    return {};
  };
  return { server: { includeStacktraceInErrorResponses: false, context } };
}
