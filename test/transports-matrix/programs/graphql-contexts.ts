// Kinds of context, each with every library: nobody ever gets the request or the claims of another operation.
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type INestApplication, UseGuards } from '@nestjs/common';
import { Context, Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { createApp, listen } from './support/application.js';
import { type Caller, callers, environment, issuer, type Seen, seen } from './support/callers.js';
import { libraries, type Library, outcome, send, tokenHeader } from './support/graphql.js';
import { Shape } from './support/report.js';

@ObjectType()
class Caught {
  @Field(() => String)
  scope!: string;
  @Field(() => String)
  id!: string;
  @Field(() => Caught, { nullable: true })
  later?: unknown;
}

/** What handlers were last given as their context, which some applications keep. */
let lastContext: object | undefined;

/** Other operations come between a handler's guard and its answer. */
async function after(milliseconds: number, caller: ScwTokenClaims | undefined): Promise<Seen> {
  await delay(milliseconds * Math.random());
  return seen(caller);
}

@UseGuards(ScalewayAuthGuard)
@Resolver(() => Caught)
class WhoResolver {
  @Query(() => Caught)
  async who(@ScwClaims() caller: ScwTokenClaims, @Context() context: object): Promise<Seen> {
    lastContext = context;
    return after(4, caller);
  }
  @Query(() => Caught)
  @ScwOptional()
  maybe(@ScwClaims() caller: ScwTokenClaims | undefined): Promise<Seen> {
    return after(4, caller);
  }
  @ResolveField(() => Caught)
  later(@ScwClaims() caller: ScwTokenClaims): Promise<Seen> {
    return after(4, caller);
  }
}

class Tenant {
  constructor(readonly tenant = 'a') {}
  name(): string {
    return this.tenant;
  }
}

const stale = { headers: { 'x-auth-token': issuer.token() } };

/** Anew for each application. */
const CONTEXTS: Record<string, () => unknown> = {
  none: () => undefined,
  'an empty object': () => ({}),
  'an object': () => ({ tenant: 'a' }),
  'an object with a request': () => ({ req: stale }),
  'an instance of a class': () => new Tenant(),
  'a function that makes an object': () => () => ({ tenant: 'a' }),
  'a function that gives the request':
    () =>
    ({ req, ...first }: any) => ({ req: req ?? first }),
  'a function that gives one object to all': () => always({ tenant: 'a' }),
  'an async function that gives one object to all': () => {
    const give = always({ tenant: 'a' });
    return async () => {
      await delay(2 * Math.random());
      return give();
    };
  },
  'a function that gives one request to all': () => always({ req: stale }),
  'a function that gives nothing': () => () => undefined,
  'a function that makes an instance': () => () => new Tenant(),
  'a function that gives one instance to all': () => always(new Tenant()),
  'a function that gives one frozen object to all': () => always(Object.freeze({ tenant: 'a' })),
  'a function that gives an object without prototype': () => always(Object.create(null)),
  'a function that gives the context of an earlier operation': () => () => lastContext ?? {},
  'a function that gives one object with all of an earlier context': () => {
    const shared = {};
    return () => Object.assign(shared, lastContext);
  },
};

const always = (value: object) => () => value;

const QUERY = { query: '{ who { scope id later { scope id } } again: who { scope id later { scope id } } }' };
const read = ({ who, again }: any): Seen[] => [who, who.later, again, again.later];

for (const library of await libraries())
  for (const [name, context] of Object.entries(CONTEXTS)) await tryContext(library, name, context());

async function tryContext(library: Library, name: string, context: unknown): Promise<void> {
  lastContext = undefined;
  const shape = new Shape(`GraphQL, ${library.name}, as context ${name}`);
  const app: INestApplication = await createApp({
    imports: [
      ScalewayAuthModule.forRoot({ environment }),
      GraphQLModule.forRoot({
        autoSchemaFile: true,
        fieldResolverEnhancers: ['guards'],
        ...library.options,
        ...(context === undefined ? {} : { context }),
      } as never),
    ],
    providers: [WhoResolver],
  });
  const url = await listen(app);
  const ask = async (caller: Caller) => outcome(caller, await send(url, QUERY, tokenHeader(caller)), read);

  // Nothing has been asked before: 20 at once, cold.
  const crowd = Array.from({ length: 4 }, () => callers())
    .flat()
    .slice(0, 20);
  const answers = await Promise.all(crowd.map(ask));
  crowd.forEach((caller, at) => shape.add(`cold, ${caller.name}`, caller.ends, answers[at]!));

  await shape.askAs('warm', ask);
  await shape.askAs('a batch', async (caller) => {
    const all: unknown = await send(url, [QUERY, QUERY, QUERY], tokenHeader(caller));
    if (!Array.isArray(all)) return JSON.stringify(all);
    return [...new Set(all.map((answer) => outcome(caller, answer, read)))].join(' and ');
  });

  const nobody: Caller = { name: 'nobody', token: undefined, ends: 'refused 401' };
  const { data } = await send(url, { query: '{ maybe { scope id } }' });
  shape.add('without a token where it is optional', '{"scope":"nobody","id":""}', JSON.stringify(data?.maybe));

  // Its token ends, and others' do not.
  const short = { ...nobody, token: issuer.token({ exp: Math.floor(Date.now() / 1000) + 1 }) };
  const lasting = callers()[4]!;
  for (let tries = 0; tries < 30 && (await ask(short)) !== 'refused 401'; tries++) await delay(100);
  shape.add('a good token after another has ended', lasting.ends, await ask(lasting));
  shape.add('a token that has ended', 'refused 401', await ask(short));

  shape.add(
    'an Authorization that comes twice',
    'refused 401',
    await twice(url, 'Authorization', `Bearer ${lasting.token}`),
  );
  shape.add('an X-Auth-Token that comes twice', 'refused 401', await twice(url, 'X-Auth-Token', lasting.token!));
  await app.close();
  await shape.print();
}

/** Node's own client joins what comes twice. */
async function twice(url: string, name: string, value: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const body = JSON.stringify(QUERY);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n${name}: ${value}\r\n${name}: ${value}\r\n\r\n${body}`,
  );
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const json = /\{.*\}/s.exec(text)?.[0] ?? '{}';
  return outcome({ name: '', token: undefined, ends: 'refused 401' }, JSON.parse(json), read);
}
