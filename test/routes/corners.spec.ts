import { ApolloDriver } from '@nestjs/apollo';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  type ScalewayAuthModuleExtras,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
} from 'nestjs-scaleway-auth';
import { scwRoutes } from 'nestjs-scaleway-auth/testing';
import { handlerName } from '../../lib/routes/handler-name.js';
import { rootModule, type RunningApp, startApp } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment, token } from '../support/issuer.js';

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(metadata: Parameters<typeof rootModule>[0], extras: ScalewayAuthModuleExtras = {}) {
  const imports = [ScalewayAuthModule.forRoot({ environment, ...extras }), ...(metadata.imports ?? [])];
  running = await muted(() => startApp('express', rootModule({ ...metadata, imports })));
  return running;
}

it('counts nothing of a provider whose class cannot be read', async () => {
  const unreadable = new Proxy(
    {},
    {
      getPrototypeOf() {
        throw new Error('no');
      },
    },
  );
  const { app } = await start({ providers: [{ provide: 'unreadable', useFactory: () => unreadable }] });
  expect(scwRoutes(app)).toEqual([]);
});

it('knows a method of a base class that a constructor has bound', async () => {
  class Base {
    @ScwRequireScope('application')
    @Get('bound')
    list(): string {
      return 'orders';
    }
  }
  @UseGuards(ScalewayAuthGuard)
  @Controller()
  class Bound extends Base {
    constructor() {
      super();
      this.list = this.list.bind(this);
    }
  }
  const { app, get } = await start({ controllers: [Bound] });
  expect(scwRoutes(app)).toMatchObject([{ handler: 'Bound.list', protection: 'guarded', scope: 'application' }]);
  expect((await get('/bound', { 'X-Auth-Token': token() })).status).toBe(403);
});

it('takes a decorator of a field for no more than it is', async () => {
  @Controller()
  class Fields {
    list = (): string => 'orders';

    @UseGuards(ScalewayAuthGuard)
    @Get('guarded')
    guarded(): string {
      return this.list();
    }
  }
  // TypeScript does not compile it; JavaScript does.
  (ScwPublic() as PropertyDecorator)(Fields.prototype, 'list');
  const { app, get } = await start({ controllers: [Fields] });
  expect(scwRoutes(app)).toMatchObject([{ handler: 'Fields.guarded', protection: 'guarded' }]);
  expect((await get('/guarded')).status).toBe(401);
});

it('names a function that is no method by its own name', () => {
  function anything(): void {}
  const context = { getClass: () => Object.assign(() => {}, { prototype: undefined }), getHandler: () => anything };
  expect(handlerName(context as never)).toMatch(/\.anything$/);
});

it('names no more than ten of many open handlers in the log', async () => {
  const controllers = Array.from({ length: 12 }, (_, i) => {
    @ScwPublic()
    @Controller(`exempt-${i}`)
    class Exempt {
      @Get()
      get(): string {
        return 'open';
      }
    }
    return Exempt;
  });
  const { logs } = await start({ controllers }, { protectAllRoutes: true });
  const line = logs.map(({ message }) => String(message)).find((text) => text.startsWith('Private container'));
  expect(line).toContain('12 exempt (GET /exempt-0, ');
  expect(line).toContain('GET /exempt-9, …)');
});

it('takes a member that replaces a method and is no function for none', async () => {
  @UseGuards(ScalewayAuthGuard)
  @Controller()
  class Replaced {
    constructor() {
      Object.defineProperty(this, 'list', { value: 'orders' });
    }
    @Get('replaced')
    list(): string {
      return 'orders';
    }
    @Get('kept')
    kept(): string {
      return 'kept';
    }
  }
  const routes = await start({ controllers: [Replaced] }).then(
    ({ app }) => scwRoutes(app).map(({ protection }) => protection),
    () => ['refused'],
  );
  expect(routes).not.toContain('not covered');
});

it('takes a guard without a class for another than ours', async () => {
  @UseGuards(ScalewayAuthGuard)
  @Controller()
  class Guarded {
    @Get('guarded')
    list(): string {
      return 'orders';
    }
  }
  const { app, get } = await start({ controllers: [Guarded] });
  await app.close();
  const imports = [ScalewayAuthModule.forRoot({ environment })];
  running = await startApp('express', rootModule({ imports, controllers: [Guarded] }), (opened) => {
    const nothing = Object.create(null) as { canActivate(): boolean };
    opened.useGlobalGuards(Object.assign(nothing, { canActivate: () => true }));
  });
  expect(scwRoutes(running.app)).toMatchObject([{ protection: 'guarded' }]);
  expect((await running.get('/guarded')).status).toBe(401);
  expect(get).toBeDefined();
});

describe('fields of GraphQL', () => {
  @ObjectType()
  class Card {
    @Field(() => String)
    number!: string;
  }
  @ObjectType()
  class User {
    @Field(() => Card)
    card!: Card;
  }

  @UseGuards(ScalewayAuthGuard)
  @Resolver(() => User)
  class UserResolver {
    @ResolveField(() => Card)
    card(): Card {
      return { number: '1' };
    }
  }
  function queries(decorator: () => MethodDecorator & ClassDecorator) {
    @Resolver()
    class Queries {
      @decorator()
      @Query(() => User)
      user(): object {
        return {};
      }
    }
    return Queries;
  }
  const graphql = (fieldResolverEnhancers: 'guards'[]) =>
    GraphQLModule.forRoot({ driver: ApolloDriver, autoSchemaFile: true, fieldResolverEnhancers } as never);

  it.each([
    ['exempt', ScwPublic],
    ['optional', ScwOptional],
  ])('that an %s query leads to are not covered, since Nest asks about queries alone', async (_name, decorator) => {
    const providers = [UserResolver, queries(decorator)];
    const opened = start({ imports: [graphql([])], providers }, { protectAllRoutes: true });
    await expect(opened).rejects.toThrow(/UserResolver\.card.*leads to it without a token.*fieldResolverEnhancers/s);
  });
  it.each([[{ protectAllRoutes: true }], [{}]])(
    'that a resolver of the options leads to are not covered, with %j',
    async (extras) => {
      @UseGuards(ScalewayAuthGuard)
      @Resolver('Order')
      class OrderResolver {
        @Query('order')
        order() {
          return {};
        }
        @ResolveField('secret')
        secret() {
          return 'secret';
        }
      }
      const typeDefs = 'type Order { secret: String } type Query { order: Order, open: Order, version: String }';
      const schemaFirst = (fields: object, enhancers: string[] = []) =>
        GraphQLModule.forRoot({
          driver: ApolloDriver,
          typeDefs,
          fieldResolverEnhancers: enhancers,
          resolvers: { Query: fields },
        } as never);
      const open = { open: () => ({}) };
      const opened = start({ imports: [schemaFirst(open)], providers: [OrderResolver] }, extras);
      await expect(opened).rejects.toThrow(/OrderResolver\.secret .*Query\.open leads to it without a token.*fieldRes/);
      const { app } = await start({ imports: [schemaFirst(open, ['guards'])], providers: [OrderResolver] }, extras);
      expect(scwRoutes(app).map(({ protection }) => protection)).toEqual(['guarded', 'guarded']);
    },
  );
  describe('whose class has a scope or a guard', () => {
    const none = () => () => {};
    function cards(decorators: ClassDecorator[]) {
      class Cards {
        @ResolveField(() => Card)
        card(): Card {
          return { number: '1' };
        }
      }
      for (const decorate of [...decorators, Resolver(() => User)]) decorate(Cards);
      return Cards;
    }
    const guard = UseGuards(ScalewayAuthGuard);
    const scope = ScwRequireScope('application');
    const begin = (
      [ofQuery, ofFields]: [() => MethodDecorator & ClassDecorator, ClassDecorator[]],
      enhancers: 'guards'[],
      protectAllRoutes: boolean,
    ) => start({ imports: [graphql(enhancers)], providers: [queries(ofQuery), cards(ofFields)] }, { protectAllRoutes });

    it.each<[string, () => MethodDecorator & ClassDecorator, ClassDecorator[], boolean, RegExp]>([
      ['a scope', none, [scope], true, /Queries\.user leads to it without that scope/],
      ['a scope and a guard', () => guard, [scope, guard], false, /Queries\.user leads to it without that scope/],
      ['a guard', none, [guard], false, /has @UseGuards.*Queries\.user leads to it without a token/],
    ])('are not covered where a query needs less: %s', async (_name, ofQuery, ofFields, all, message) => {
      await expect(begin([ofQuery, ofFields], [], all)).rejects.toThrow(message);
      const { app } = await begin([ofQuery, ofFields], ['guards'], all);
      expect(scwRoutes(app).find(({ kind }) => kind === 'field')).toMatchObject({ protection: 'guarded' });
    });
    it.each<[string, () => MethodDecorator & ClassDecorator, ClassDecorator[], boolean]>([
      ['the same scope', () => scope, [scope], true],
      ['a guard', () => guard, [guard], false],
    ])('are guarded where every query needs as much: %s', async (_name, ofQuery, ofFields, all) => {
      const { app } = await begin([ofQuery, ofFields], [], all);
      expect(scwRoutes(app).map(({ protection }) => protection)).toEqual(['guarded', 'guarded']);
    });
  });
  it('are guarded where Nest asks about them', async () => {
    const providers = [UserResolver, queries(ScwPublic)];
    const { app } = await start({ imports: [graphql(['guards'])], providers }, { protectAllRoutes: true });
    expect(scwRoutes(app)).toContainEqual(
      expect.objectContaining({ handler: 'UserResolver.card', protection: 'guarded' }),
    );
  });
});

it('takes a driver by another name that ends in GatewayDriver for a gateway', async () => {
  class OwnGatewayDriver extends ApolloDriver {}
  const imports = [GraphQLModule.forRoot({ driver: OwnGatewayDriver, typeDefs: 'type Query { a: String }' } as never)];
  await expect(start({ imports }, { protectAllRoutes: true })).rejects.toThrow(/OwnGatewayDriver \(graphql-gateway/);
});
