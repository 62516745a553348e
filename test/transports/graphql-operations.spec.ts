import { setTimeout as delay } from 'node:timers/promises';
import { UseGuards } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Context,
  Field,
  GraphQLModule,
  type GqlModuleOptions,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';

import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { type Platform, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, foreignKey, forApplication, now, token } from '../support/issuer.js';
import { MercuriusDriver } from './mercurius.js';

@ObjectType()
class Caller {
  @Field(() => String)
  id!: string;
  @Field(() => Caller, { nullable: true })
  later?: unknown;
}

/** The context of the operation before, which some applications keep. */
let lastContext: object | undefined;

/** Other operations come between the guard and the answer. */
async function after(caller: ScwTokenClaims): Promise<{ id: string }> {
  await delay(5 * Math.random());
  return { id: caller.tokenId! };
}

@UseGuards(ScalewayAuthGuard)
@Resolver(() => Caller)
class CallerResolver {
  @Query(() => Caller)
  who(@ScwClaims() caller: ScwTokenClaims, @Context() context: object) {
    lastContext = context;
    return after(caller);
  }
  @ResolveField(() => Caller)
  later(@ScwClaims() caller: ScwTokenClaims) {
    return after(caller);
  }
}

const LIBRARIES: [string, Platform, GqlModuleOptions][] = [
  ...platforms.map((platform): [string, Platform, GqlModuleOptions] => [
    'Apollo',
    platform,
    {
      driver: ApolloDriver,
      graphiql: false,
      csrfPrevention: false,
      allowBatchedHttpRequests: true,
    } as ApolloDriverConfig,
  ]),
  ...platforms
    .filter((platform) => platform === 'fastify')
    .map((platform): [string, Platform, GqlModuleOptions] => [
      'Mercurius',
      platform,
      { driver: MercuriusDriver, allowBatchedQueries: true } as GqlModuleOptions,
    ]),
];

const always = (value: object) => () => value;
const stale = () => ({ headers: { 'x-auth-token': token() } });
const shared = {};
const CONTEXTS: [string, () => unknown][] = [
  ['no context', () => undefined],
  ['one object for all', () => ({ tenant: 'a' })],
  ['one object from a function for all', () => always({ tenant: 'a' })],
  ['one frozen object for all', () => always(Object.freeze({ tenant: 'a' }))],
  ['one request for all', () => always({ req: stale() })],
  ['the context of an earlier operation', () => () => lastContext],
  ['an object with all of an earlier context', () => () => Object.assign(shared, lastContext)],
];

const QUERY = { query: '{ who { id later { id } } }' };

describe.each(LIBRARIES)('%s on %s', (_library, platform, options) => {
  describe.each(CONTEXTS)('with %s', (_name, context) => {
    let running: RunningApp;
    beforeAll(async () => {
      lastContext = undefined;
      const given = context();
      const imports = [
        ScalewayAuthModule.forRoot({ environment }),
        GraphQLModule.forRoot({
          autoSchemaFile: true,
          fieldResolverEnhancers: ['guards'],
          ...options,
          ...(given === undefined ? {} : { context: given as object }),
        }),
      ];
      running = await startApp(platform, rootModule({ imports, providers: [CallerResolver] }));
    });
    afterAll(() => running.close());

    async function send(body: unknown, headers: Record<string, string>): Promise<any> {
      const answer = await fetch(`${running.url}/graphql`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return answer.json();
    }
    /** How an operation ended: whose claims it saw, or its error. */
    const ended = ({ data, errors }: any): string =>
      errors ? errors[0].message : [...new Set([data.who.id, data.who.later.id])].join();

    const callers = () =>
      Array.from({ length: 5 }, () => crypto.randomUUID()).flatMap((jti): [string | undefined, string][] => [
        [undefined, 'Unauthorized'],
        [token({}, foreignKey), 'Unauthorized'],
        [token(forApplication('another')), 'Forbidden'],
        [token({ jti }), jti],
      ]);
    const sent = (value: string | undefined): Record<string, string> =>
      value === undefined ? {} : { 'X-Auth-Token': value };

    it('answers 20 at once, each by its own token', async () => {
      for (let times = 0; times < 2; times++) {
        const all = callers();
        const answers = await Promise.all(all.map(async ([value]) => ended(await send(QUERY, sent(value)))));
        expect(answers).toEqual(all.map(([, ends]) => ends));
      }
    });
    it('answers batches, each by the token of its request', async () => {
      const all = callers();
      const answers = await Promise.all(all.map(([value]) => send([QUERY, QUERY], sent(value))));
      expect(answers.map((pair: any[]) => pair.map(ended))).toEqual(all.map(([, ends]) => [ends, ends]));
    });
    it('sees a header that Node drops when it comes twice', async () => {
      const copies = [token(), token()].map((value): [string, string] => ['Authorization', `Bearer ${value}`]);
      const path = `/graphql?query=${encodeURIComponent(QUERY.query)}`;
      expect(ended((await running.get(path, copies)).json)).toBe('Unauthorized');
      expect(ended((await running.get(path, copies.slice(1))).json)).not.toBe('Unauthorized');
    });
    it('refuses whose token has ended, and no other', async () => {
      const ending = token({ exp: now() + 1, jti: 'ending' });
      const lasting = token({ ...forApplication(applicationId), jti: 'lasting' });
      while (ended(await send(QUERY, sent(ending))) === 'ending') await delay(100);
      expect(ended(await send(QUERY, sent(ending)))).toBe('Unauthorized');
      expect(ended(await send(QUERY, sent(lasting)))).toBe('lasting');
      expect(ended(await send(QUERY, sent(ending)))).toBe('Unauthorized');
    });
  });
});
