// Apollo's response cache, which answers before any guard is asked: a caller gets its own answers alone, and none when its token
// no longer counts.
import { ApolloDriver } from '@nestjs/apollo';
import { Directive, Field, GraphQLModule, ObjectType, Query, Resolver } from '@nestjs/graphql';
import {
  ScalewayAuthModule,
  ScalewayRevocations,
  ScalewayTokenVerifier,
  ScwClaims,
  ScwOptional,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { createApp, listen } from './support/application.js';
import { type Caller, callers, environment, runs, type Seen, seen } from './support/callers.js';
import { outcome, send, tokenHeader } from './support/graphql.js';
import { cachedForEachCaller } from './support/response-cache.js';
import { Shape } from './support/report.js';

@ObjectType()
class Caught {
  @Field(() => String)
  scope!: string;
  @Field(() => String)
  id!: string;
}

@Resolver()
class OrdersResolver {
  @Query(() => Caught)
  @Directive('@cacheControl(maxAge: 60, scope: PRIVATE)')
  orders(@ScwClaims() caller: ScwTokenClaims): Seen {
    return seen(caller);
  }
  /** As somebody writes who has not thought of callers. */
  @Query(() => Caught)
  @Directive('@cacheControl(maxAge: 60)')
  forAll(@ScwClaims() caller: ScwTokenClaims): Seen {
    return seen(caller);
  }
  @ScwOptional()
  @Query(() => Caught)
  @Directive('@cacheControl(maxAge: 60)')
  catalogue(@ScwClaims() caller: ScwTokenClaims | undefined): Seen {
    return seen(caller);
  }
}

const CACHE_CONTROL = `
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
`;

async function start(pluginOf: (verifier: ScalewayTokenVerifier) => unknown) {
  const app = await createApp({
    imports: [
      ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true }),
      GraphQLModule.forRootAsync({
        driver: ApolloDriver,
        inject: [ScalewayTokenVerifier],
        useFactory: (verifier: ScalewayTokenVerifier) => ({
          autoSchemaFile: true,
          typeDefs: CACHE_CONTROL,
          playground: false,
          csrfPrevention: false,
          plugins: [pluginOf(verifier)],
        }),
      } as never),
    ],
    providers: [OrdersResolver],
  });
  return { app, url: await listen(app) };
}

const shape = new Shape("GraphQL, Apollo's response cache, with a session for each caller");
const { app, url } = await start(cachedForEachCaller);
const ask = async (field: string, caller: Caller): Promise<string> => {
  const answer = await send(url, { query: `{ ${field} { scope id } }` }, tokenHeader(caller));
  return outcome(caller, answer, (data) => [data[field]]);
};
for (const field of ['orders', 'forAll', 'catalogue'])
  for (const caller of [...callers(), ...callers()])
    for (const time of ['first', 'again']) {
      const before = runs;
      const ends = field === 'catalogue' && caller.token === undefined ? 'no claims' : caller.ends;
      shape.add(`${field}, ${caller.name}, ${time}`, ends, await ask(field, caller));
      if (time === 'again')
        shape.add(`${field}, ${caller.name}, from the cache`, 'yes', runs === before ? 'yes' : 'no');
    }
{
  const caller = callers().find(({ id }) => id !== undefined);
  await ask('orders', caller!);
  shape.add('a cached answer', 'its own claims', await ask('orders', caller!));
  await app.get(ScalewayRevocations).revoke({ token: caller!.token! });
  shape.add('a cached answer, after its token was revoked', 'refused 401', await ask('orders', caller!));
}
await app.close();
await shape.print();
