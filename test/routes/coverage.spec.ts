import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Global,
  type INestApplication,
  Injectable,
  Module,
  type ModuleMetadata,
  type OnModuleInit,
  type Provider,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ScalewayAuthConfigurationError,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  type ScalewayAuthModuleExtras,
  ScwDelegatingGuard,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
} from 'nestjs-scaleway-auth';
import { collectingLogger, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { muted } from '../support/boot.js';
import { environment, forApplication, token } from '../support/issuer.js';

@Controller('plain')
class PlainController {
  @Get()
  plain() {
    return 'plain';
  }
}
@Controller('scoped')
class ScopedController {
  @ScwRequireScope('application')
  @Get()
  scoped() {
    return 'scoped';
  }
}
@UseGuards(ScalewayAuthGuard)
@Controller('guarded')
class GuardedController {
  @Get()
  guarded() {
    return 'guarded';
  }
  @ScwPublic()
  @Get('health')
  health() {
    return 'ok';
  }
  @ScwOptional()
  @Get('maybe')
  maybe() {
    return 'maybe';
  }
}
@ScwPublic()
@Controller('exempt')
class ExemptController {
  @ScwRequireScope('application')
  @Get()
  scoped() {
    return 'scoped';
  }
}
@Controller('base')
class GuardedHandlerController {
  @UseGuards(ScalewayAuthGuard)
  @Get()
  list() {
    return 'list';
  }
}
@Controller('heir')
class HeirController extends GuardedHandlerController {
  @Get()
  override list() {
    return 'open';
  }
}
/** Lets in whoever ScalewayAuthGuard lets in, and people besides. */
@ScwDelegatingGuard()
@Injectable()
class EitherGuard implements CanActivate {
  constructor(private readonly containers: ScalewayAuthGuard) {}
  canActivate(context: ExecutionContext) {
    return this.containers.canActivate(context);
  }
}
@UseGuards(EitherGuard)
@Controller('either')
class EitherController {
  @ScwRequireScope('application')
  @Get()
  scoped() {
    return 'scoped';
  }
}
class Job {
  constructor(readonly ran: string[] = []) {}
}
@Injectable()
class GuardedJob extends Job {
  // What @Interval() of @nestjs/schedule leaves on a handler.
  @UseGuards(ScalewayAuthGuard)
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, GuardedJob.prototype.tick);
@Injectable()
class PlainJob extends Job {
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, PlainJob.prototype.tick);
@Injectable()
class ExemptJob extends Job {
  @ScwPublic()
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, ExemptJob.prototype.tick);
@UseGuards(ScalewayAuthGuard)
@Injectable()
class GuardedClassJob extends Job {
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, GuardedClassJob.prototype.tick);
/** What stands on its class is meant for its messages. */
@UseGuards(ScalewayAuthGuard)
@WebSocketGateway()
class GatewayWithJob {
  @SubscribeMessage('hello')
  hello() {
    return 'hello';
  }
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, GatewayWithJob.prototype.tick);
@WebSocketGateway()
class Gateway {
  @SubscribeMessage('hello')
  hello() {
    return 'hello';
  }
}

/** Without `@Resolver()`, as schema-first allows. */
@Injectable()
class PlainQueries {
  @Query(() => String)
  order() {
    return 'order';
  }
}
@Resolver()
class GuardedQueries {
  @Query(() => String)
  order() {
    return 'order';
  }
}
@Resolver('Query')
class FieldsOfQuery {
  @UseGuards(ScalewayAuthGuard)
  @ResolveField('order', () => String)
  order() {
    return 'order';
  }
}
/** A caller may begin what also runs every minute. */
@Controller('cleaning')
class CleaningController {
  @UseGuards(ScalewayAuthGuard)
  @Get()
  clean() {
    return 'clean';
  }
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, CleaningController.prototype.clean);
@WebSocketGateway()
class GatewayWithGuardedConnection {
  @UseGuards(ScalewayAuthGuard)
  handleConnection() {}
  @SubscribeMessage('hello')
  hello() {
    return 'hello';
  }
}
/** It sends to whoever has connected, and takes no message. */
@UseGuards(ScalewayAuthGuard)
@WebSocketGateway()
class SendingGateway {}
@ScwPublic()
@WebSocketGateway()
class OpenSendingGateway {
  handleConnection() {}
}
@WebSocketGateway()
class BareGateway {}

@Controller('bound')
class BoundController {
  constructor() {
    this.guarded = this.guarded.bind(this);
  }
  @UseGuards(ScalewayAuthGuard)
  @Get('guarded')
  guarded() {
    return 'guarded';
  }
}
@UseGuards(ScalewayAuthGuard)
@Controller('bound')
class BoundInGuardedClass {
  constructor() {
    this.scoped = this.scoped.bind(this);
    this.health = this.health.bind(this);
    const { wrapped } = this;
    this.wrapped = (...args: []) => wrapped.apply(this, args);
  }
  @ScwRequireScope('application')
  @Get('scoped')
  scoped() {
    return 'scoped';
  }
  @ScwPublic()
  @Get('health')
  health() {
    return 'ok';
  }
  @ScwRequireScope('application')
  @Get('wrapped')
  wrapped() {
    return 'wrapped';
  }
}
@Resolver('Order')
class FieldResolver {
  @ScwRequireScope('application')
  @ResolveField('secret', () => String)
  secret() {
    return 'secret';
  }
}
@UseGuards(ScalewayAuthGuard)
@Resolver('Order')
class GuardedResolver {
  @Query(() => String)
  order() {
    return 'order';
  }
  @ResolveField('name', () => String)
  name() {
    return 'name';
  }
}
@UseGuards(ScalewayAuthGuard)
@WebSocketGateway()
class GatewayWithTimer {
  @SubscribeMessage('hello')
  hello() {
    return 'hello';
  }
  tick() {}
}
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 1000 }, GatewayWithTimer.prototype.tick);
@Injectable({ scope: Scope.REQUEST })
class RequestGuard extends ScalewayAuthGuard {}
@Injectable({ scope: Scope.TRANSIENT })
class TransientGuard extends ScalewayAuthGuard {}

describe.each(platforms)('the boot on %s', (platform) => {
  let running: RunningApp | undefined;
  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  async function start(
    metadata: ModuleMetadata,
    extras: ScalewayAuthModuleExtras & { environment?: object } = {},
    configure?: (app: INestApplication) => void,
  ): Promise<RunningApp> {
    const imports = [ScalewayAuthModule.forRoot({ environment, ...extras } as never), ...(metadata.imports ?? [])];
    return (running = await startApp(platform, rootModule({ ...metadata, imports }), configure));
  }
  async function refusal(...args: Parameters<typeof start>): Promise<string> {
    const error: unknown = await muted(() =>
      start(...args).then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    );
    expect(error).toBeInstanceOf(ScalewayAuthConfigurationError);
    return (error as Error).message;
  }
  const said = (level: string) =>
    running!.logs
      .filter((line) => line.context === 'ScalewayAuth' && line.level === level)
      .map(({ message }) => message);

  it('says what is guarded', async () => {
    await start({ controllers: [GuardedController, PlainController] });
    expect(said('log')).toEqual([
      'Private container: 1 handler guarded, 1 optional (GET /guarded/maybe), 1 exempt (GET /guarded/health), 1 not covered (GET /plain)',
    ]);
    expect(said('warn')).toEqual([]);
  });
  it('warns when nothing is guarded', async () => {
    await start({ controllers: [PlainController] });
    expect(said('log')).toEqual(['Private container: 0 handlers guarded, 0 exempt, 1 not covered (GET /plain)']);
    expect(said('warn')).toEqual([expect.stringContaining('No handler is guarded')]);
  });

  it.each<[string, ModuleMetadata, ScalewayAuthModuleExtras, RegExp]>([
    [
      'a scope that no guard asks for',
      { controllers: [ScopedController] },
      {},
      /ScopedController\.scoped \(GET \/scoped\): @ScwRequireScope\(\) has no effect, since no ScalewayAuthGuard is applied/,
    ],
    [
      'an exempt class with a handler that has a scope',
      { controllers: [ExemptController] },
      { protectAllRoutes: true },
      /ExemptController\.scoped .*@ScwPublic\(false\)/,
    ],
    [
      'an override that loses its guard',
      { controllers: [HeirController] },
      {},
      /HeirController\.list \(GET \/heir\): it overrides a handler with @UseGuards\(ScalewayAuthGuard\)/,
    ],
    [
      'a guard on what Nest calls by itself',
      { providers: [GuardedJob] },
      {},
      /GuardedJob\.tick .*Nest asks no guard about it/,
    ],
    [
      'an exemption on what Nest calls by itself',
      { providers: [ExemptJob] },
      { protectAllRoutes: true },
      /ExemptJob\.tick .*Nest asks no guard about it/,
    ],
    [
      'a guard on the class of what Nest calls by itself',
      { providers: [GuardedClassJob] },
      {},
      /GuardedClassJob\.tick .*Nest asks no guard about it/,
    ],
    [
      'a resolver that a request-scoped global guard does not reach',
      { providers: [PlainQueries] },
      { protectAllRoutes: { guard: RequestGuard } },
      /PlainQueries\.order \(Query\.order\): Nest asks a global guard that is not of the default scope only about/,
    ],
    [
      'such a resolver by value',
      { providers: [{ provide: 'resolver', useValue: new GuardedQueries() }] },
      { protectAllRoutes: { guard: RequestGuard } },
      /GuardedQueries\.order \(Query\.order\): Nest asks a global guard/,
    ],
    [
      'a scope on a field that no guard asks for',
      { providers: [FieldResolver] },
      {},
      /FieldResolver\.secret .*no effect, since no ScalewayAuthGuard is applied/,
    ],
    [
      'a guard on a connection',
      { providers: [GatewayWithGuardedConnection] },
      {},
      /GatewayWithGuardedConnection\.handleConnection .*Nest asks no guard when clients connect/,
    ],
    [
      'a guarded gateway that takes no message',
      { providers: [SendingGateway] },
      {},
      /SendingGateway .*Nest asks no guard when clients connect/,
    ],
  ])('stops at %s', async (_name, metadata, extras, message) => {
    expect(await refusal(metadata, extras)).toMatch(message);
  });

  it('does not stop at what holds', async () => {
    await start(
      {
        controllers: [HeirController, EitherController, ScopedController, PlainController, CleaningController],
        providers: [PlainJob, Gateway, GatewayWithJob, OpenSendingGateway, BareGateway],
      },
      { protectAllRoutes: true },
    );
    expect(said('log')).toEqual([
      expect.stringMatching(/^Private container: 7 handlers guarded, 0 exempt, 0 not covered$/),
    ]);
  });
  it('takes a guard that asks ScalewayAuthGuard for one', async () => {
    await start({ controllers: [EitherController] });
    expect((await running!.get('/either', { 'X-Auth-Token': token() })).status).toBe(403);
    expect(
      (await running!.get('/either', { 'X-Auth-Token': token(forApplication(environment.SCW_APPLICATION_ID)) })).status,
    ).toBe(200);
  });
  it('does not stop on a public container, and says what would be guarded', async () => {
    await start({ controllers: [ScopedController, GuardedController] }, { environment: { SCW_PUBLIC: 'true' } });
    expect(said('warn')).toEqual([expect.stringMatching(/GuardedController\.guarded, GuardedController\.maybe/)]);
  });

  it('is followed by no global guard', async () => {
    await start({ controllers: [PlainController] });
    await muted(async () => {
      expect(() => running!.app.useGlobalGuards(running!.app.get(ScalewayAuthGuard))).toThrow(
        /after the application was initialized/,
      );
    });
  });

  it.each<[string, ModuleMetadata, ScalewayAuthModuleExtras, RegExp]>([
    [
      'a method that its constructor has bound, with a guard',
      { controllers: [BoundController] },
      {},
      /BoundController\.guarded .*its class puts another function in its place/,
    ],
    [
      'a scope on a field that Nest asks no guard about',
      { providers: [FieldResolver] },
      { protectAllRoutes: true },
      /FieldResolver\.secret .*fieldResolverEnhancers/,
    ],
    [
      'a gateway under a guard that is made for each request',
      { providers: [Gateway] },
      { protectAllRoutes: { guard: RequestGuard } },
      /Gateway\.hello .*only if they are of the default scope/,
    ],
    [
      'a guard for everything that is made anew each time',
      { controllers: [PlainController] },
      { protectAllRoutes: { guard: TransientGuard } },
      /is a transient global guard, .* Leave the scope/,
    ],
    ...[
      { useClass: TransientGuard },
      { useClass: ScalewayAuthGuard, scope: Scope.TRANSIENT },
      { useExisting: TransientGuard },
    ].map((provider): [string, ModuleMetadata, ScalewayAuthModuleExtras, RegExp] => [
      'one that a module has provided',
      { controllers: [PlainController], providers: [TransientGuard, { provide: APP_GUARD, ...provider } as Provider] },
      {},
      /is a transient global guard, .* Leave the scope/,
    ]),
  ])('stops at %s', async (_name, metadata, extras, message) => {
    expect(await refusal(metadata, extras)).toMatch(message);
  });
  it('reads what is said of a method that its constructor has bound', async () => {
    await start({ controllers: [BoundInGuardedClass] });
    const status = async (path: string, headers = {}) => (await running!.get(path, headers)).status;
    expect(await status('/bound/scoped', { 'X-Auth-Token': token() })).toBe(403);
    expect(await status('/bound/health')).toBe(200);
    expect(await status('/bound/wrapped', { 'X-Auth-Token': token() })).toBe(403);
  });
  it('does not stop at a guarded class whose other methods Nest calls by itself, nor at its fields', async () => {
    await start({ providers: [GatewayWithTimer, GuardedResolver, FieldsOfQuery] });
    expect(said('log')).toEqual([expect.stringMatching(/^Private container: 4 handlers guarded/)]);
  });
  it('finds the handlers of a controller that is a provider, too', async () => {
    await start({ controllers: [PlainController], providers: [PlainController] });
    expect(said('log')).toEqual([expect.stringContaining('1 not covered (GET /plain)')]);
  });
  it('stops on a public container, too, at guards that Nest would not ask', async () => {
    const open = { environment: { ...environment, SCW_PUBLIC: 'true' } };
    expect(
      await refusal({ controllers: [PlainController] }, { ...open, protectAllRoutes: { guard: TransientGuard } }),
    ).toMatch(/is a transient global guard/);
    const late = async (app: INestApplication) => {
      await app.init();
      try {
        app.useGlobalGuards(app.get(ScalewayAuthGuard));
      } finally {
        await app.close();
      }
    };
    expect(await refusal({ controllers: [ScopedController] }, open, late as never)).toMatch(/no longer binds it/);
  });
  it('is followed by no global guard that a hook gives', async () => {
    @Injectable()
    class Late implements OnModuleInit {
      static app: INestApplication;
      onModuleInit() {
        Late.app.useGlobalGuards(Late.app.get(ScalewayAuthGuard));
      }
    }
    expect(
      await refusal({ controllers: [PlainController], providers: [Late] }, {}, (app) => void (Late.app = app)),
    ).toMatch(/no longer binds it/);
  });

  it('is not followed by a second try that succeeds', async () => {
    let application: INestApplication;
    // Nest calls the hooks of global modules first.
    @Global()
    @Module({})
    class EarlyModule {
      onModuleInit() {
        application.useGlobalGuards(application.get(ScalewayAuthGuard));
      }
    }
    const imports = [EarlyModule, ScalewayAuthModule.forRoot({ environment })];
    const root = rootModule({ imports, controllers: [PlainController] });
    const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    application = await NestFactory.create(root, adapter, { logger: collectingLogger([]), abortOnError: false });
    await expect(muted(() => application.init())).rejects.toThrow(/after the routes were bound/);
    await expect(muted(() => application.init())).rejects.toThrow(/after the routes were bound|already declared/);
    await application.close();
  });
  it('stops at a gateway that is bound before a module gives a guard', async () => {
    let application: INestApplication;
    @Module({})
    class LateModule {
      configure() {
        application.useGlobalGuards(application.get(ScalewayAuthGuard));
      }
    }
    const configure = (app: INestApplication) => void (application = app);
    expect(await refusal({ imports: [LateModule], providers: [Gateway] }, {}, configure)).toMatch(
      /Gateway\.hello .*Nest bound it before useGlobalGuards was called/,
    );
    await start({ imports: [LateModule], controllers: [PlainController] }, {}, configure);
    expect((await running!.get('/plain')).status).toBe(401);
  });
  it('stops where the guard depends on what is made for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Tenant {}
    const auth = ScalewayAuthModule.forRootAsync({
      inject: [Tenant],
      provideInjectionTokensFrom: [{ provide: Tenant, useClass: Tenant, scope: Scope.REQUEST } as never],
      useFactory: () => ({ environment }),
      protectAllRoutes: true,
    });
    const root = rootModule({ imports: [auth], controllers: [PlainController] });
    // Nest 11 and 12 refuse by themselves; what counts is that nothing starts.
    await muted(() => expect(startApp(platform, root)).rejects.toThrow());
  });
  it('counts an APP_GUARD of the class', async () => {
    await start({ controllers: [PlainController], providers: [{ provide: APP_GUARD, useClass: ScalewayAuthGuard }] });
    expect(said('log')).toEqual(['Private container: 1 handler guarded, 0 exempt, 0 not covered']);
    expect((await running!.get('/plain')).status).toBe(401);
  });
});
