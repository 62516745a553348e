import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloFederationDriver, ApolloGatewayDriver } from '@nestjs/apollo';
import type { INestApplication, Type } from '@nestjs/common';
import { UseGuards } from '@nestjs/common';
import {
  Directive,
  Field,
  type GqlModuleOptions,
  GraphQLModule,
  ID,
  ObjectType,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
} from '@nestjs/graphql';

import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  type ScalewayAuthModuleExtras,
  ScwClaims,
  ScwPublic,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { type Platform, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment, foreignKey, forApplication, token } from '../support/issuer.js';
import { ask } from './graphql-app.js';
import { MercuriusFederationDriver } from './mercurius.js';

@ObjectType()
@Directive('@key(fields: "id")')
class User {
  @Field(() => ID)
  id!: string;
}

let resolved = 0;

@Resolver(() => User)
class UserResolver {
  @Query(() => User)
  user(): User {
    return { id: '1' };
  }
  @ResolveReference()
  reference({ id }: User): User {
    resolved++;
    return { id };
  }
}

@UseGuards(ScalewayAuthGuard)
@Resolver(() => User)
class GuardedResolver {
  @Query(() => User)
  user(@ScwClaims() _caller: ScwTokenClaims): User {
    return { id: '1' };
  }
  @ResolveReference()
  reference({ id }: User): User {
    resolved++;
    return { id };
  }
}

@Resolver(() => User)
class ExemptResolver {
  @ScwPublic()
  @Query(() => User)
  user(): User {
    return { id: '1' };
  }
  @ScwPublic()
  @ResolveReference()
  reference({ id }: User): User {
    return { id };
  }
}

type ScwPublicOrNot = [says: string, decorator: () => MethodDecorator];

const ENTITIES = '{ _entities(representations: [{ __typename: "User", id: "1" }]) { ... on User { id } } }';

const LIBRARIES = platforms.flatMap((platform): [string, Platform, Partial<GqlModuleOptions>][] => [
  [
    'Apollo',
    platform,
    {
      driver: ApolloFederationDriver,
      graphiql: false,
      plugins: [ApolloServerPluginInlineTraceDisabled()],
    } as GqlModuleOptions,
  ],
  ...(platform === 'fastify'
    ? [['Mercurius', platform, { driver: MercuriusFederationDriver }] as [string, Platform, GqlModuleOptions]]
    : []),
]);

describe.each(LIBRARIES)('a subgraph by %s on %s', (_library, platform, driver) => {
  let running: RunningApp | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });
  beforeEach(() => void (resolved = 0));
  async function start(resolver: Type, extras: ScalewayAuthModuleExtras, options: object): Promise<RunningApp> {
    const imports = [
      ScalewayAuthModule.forRoot({ environment, ...extras }),
      GraphQLModule.forRoot({ autoSchemaFile: { federation: 2 }, ...driver, ...options } as GqlModuleOptions),
    ];
    return (running = await startApp(platform, rootModule({ imports, providers: [resolver] })));
  }

  it.each<[string, Type, ScalewayAuthModuleExtras]>([
    ['protectAllRoutes', UserResolver, { protectAllRoutes: true }],
    ['a guard on the class', GuardedResolver, {}],
  ])('lets references in by their token, with %s', async (_name, resolver, extras) => {
    const { app } = await start(resolver, extras, { fieldResolverEnhancers: ['guards'] });
    expect(scwRoutes(app).map(({ address, protection }) => `${address} ${protection}`)).toEqual([
      'Query.user guarded',
      'User.__resolveReference guarded',
    ]);
    const asked = async (headers: Record<string, string>) => {
      const { data, errors } = await ask(running!, ENTITIES, headers);
      return errors?.[0]!.message ?? data;
    };
    expect(await asked({})).toBe('Unauthorized');
    expect(await asked({ 'X-Auth-Token': token({}, foreignKey) })).toBe('Unauthorized');
    expect(await asked({ 'X-Auth-Token': token(forApplication('another')) })).toBe('Forbidden');
    expect(resolved).toBe(0);
    expect(await asked({ 'X-Auth-Token': token() })).toEqual({ _entities: [{ id: '1' }] });
    expect(resolved).toBe(1);
  });
  it.each<[string, Type, ScalewayAuthModuleExtras]>([
    ['protectAllRoutes', UserResolver, { protectAllRoutes: true }],
    ['a guard on the class', GuardedResolver, {}],
  ])('does not start with %s where Nest asks no guard about references', async (_name, resolver, extras) => {
    await muted(() =>
      expect(start(resolver, extras, {})).rejects.toThrow(
        /Resolver\.reference \(User\.__resolveReference\): .*Nest asks guards about it only with fieldResolverEnhancers: \['guards'\].* Set that option, or write @ScwPublic\(\)/,
      ),
    );
  });
  it.each<ScwPublicOrNot>([
    ['starts', ScwPublic],
    ['does not start', () => () => {}],
  ])('%s where its entities have a field without a reference of their own', async (says, decorator) => {
    @Resolver(() => User)
    class FieldResolver {
      @Query(() => User)
      user(): User {
        return { id: '1' };
      }
      @decorator()
      @ResolveField(() => String)
      secret(): string {
        return 'secret of everybody';
      }
    }
    const query = ENTITIES.replace('{ id }', '{ secret }');
    const { app } = await start(FieldResolver, { protectAllRoutes: true }, { fieldResolverEnhancers: ['guards'] });
    expect(scwRoutes(app)[0]).toMatchObject({ protection: says === 'starts' ? 'exempt' : 'guarded' });
    const { text } = await ask(running!, query);
    expect(text.includes('secret of')).toBe(says === 'starts');
    await running!.close();
    const opened = muted(() => start(FieldResolver, { protectAllRoutes: true }, {}));
    if (says === 'starts') expect((await opened).url).toBeDefined();
    else await expect(opened).rejects.toThrow(/FieldResolver\.secret .*Query\._entities leads to it without a token/);
  });
  it('starts where references are exempt, or nothing is said to be guarded', async () => {
    await start(ExemptResolver, { protectAllRoutes: true }, {});
    expect((await ask(running!, ENTITIES)).data).toEqual({ _entities: [{ id: '1' }] });
    await running!.close();
    await start(UserResolver, {}, {});
    expect((await ask(running!, ENTITIES)).data).toEqual({ _entities: [{ id: '1' }] });
  });
});

describe.each(platforms)('a GraphQL gateway on %s', (platform) => {
  const gateway = (extras: ScalewayAuthModuleExtras, configure?: (app: INestApplication) => void) =>
    muted(() =>
      startApp(
        platform,
        rootModule({
          imports: [
            ScalewayAuthModule.forRoot({ environment, ...extras }),
            GraphQLModule.forRoot({ driver: ApolloGatewayDriver, gateway: {} } as GqlModuleOptions),
          ],
        }),
        configure,
      ),
    );
  const refusal =
    /ApolloGatewayDriver \(graphql-gateway \/graphql\): a GraphQL gateway has no handlers, .* graphqlGateway: 'context'/;

  it('does not start where everything is said to be guarded', async () => {
    await expect(gateway({ protectAllRoutes: true })).rejects.toThrow(refusal);
    await expect(gateway({}, (app) => void app.useGlobalGuards(app.get(ScalewayAuthGuard)))).rejects.toThrow(refusal);
  });
  it('is in the inventory, as open or as what its context function checks', async () => {
    const seen: unknown[] = [];
    const look = (app: INestApplication) => {
      seen.push(scwRoutes(app));
      throw new Error('seen');
    };
    await expect(gateway({ protectAllRoutes: true }, look)).rejects.toThrow('seen');
    await expect(gateway({ protectAllRoutes: true, graphqlGateway: 'context' }, look)).rejects.toThrow('seen');
    const route = { kind: 'graphql-gateway', handler: 'ApolloGatewayDriver', address: '/graphql' };
    expect(seen).toEqual([
      [{ ...route, protection: 'not covered', why: expect.stringContaining('no guard is asked') }],
      [{ ...route, protection: 'exempt', why: expect.stringContaining('its context function checks its callers') }],
    ]);
  });
  it.each(['yes', true, 'Context'])('is not said to be checked by %j', async (graphqlGateway) => {
    await expect(gateway({ graphqlGateway } as never)).rejects.toThrow(/graphqlGateway can be 'context' alone/);
  });
});
