// Controllers of every shape that Nest knows, under the guard of the whole application and under their own.
import http from 'node:http';
import {
  applyDecorators,
  Body,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Module,
  Post,
  Scope,
  Sse,
  type Type,
  UseGuards,
  VersioningType,
} from '@nestjs/common';
import { ContextIdFactory, LazyModuleLoader, REQUEST } from '@nestjs/core';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { map, timer } from 'rxjs';
import { createApp, listen, nestMajor, platform } from './support/application.js';
import { type Caller, callers, environment, seen } from './support/callers.js';
import { askHttp, headersOf, outcome } from './support/http.js';
import { Shape } from './support/report.js';

type Claims = ScwTokenClaims | undefined;

/** `@UseGuards(ScalewayAuthGuard)`, or nothing where the whole application is guarded. */
function controllersOf(ownGuard: boolean): { controllers: Type[]; imports: DynamicModule[]; providers: Type[] } {
  const Guarded = (): ClassDecorator => applyDecorators(...(ownGuard ? [UseGuards(ScalewayAuthGuard)] : []));

  @Guarded()
  @Controller('plain')
  class PlainController {
    @Get()
    get(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
    @Post()
    post(@Body() _body: unknown, @ScwClaims() caller: Claims) {
      return seen(caller);
    }
    @ScwPublic()
    @Get('exempt')
    exempt(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
    @ScwOptional()
    @Get('optional')
    optional(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
    @ScwRequireScope('application')
    @Get('scoped')
    scoped(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
    @Sse('stream')
    stream(@ScwClaims() caller: Claims) {
      const data = seen(caller);
      return timer(5).pipe(map(() => ({ data })));
    }
    @Get(nestMajor === 10 || platform === 'fastify' ? 'wild/*' : 'wild/*rest')
    wild(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
  }

  @Guarded()
  @Controller({ path: 'versioned', version: '2' })
  class VersionedController {
    @Get()
    get(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
  }

  @Guarded()
  @Controller({ path: 'hosted', host: 'orders.example' })
  class HostedController {
    @Get()
    get(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
  }

  @Guarded()
  @Controller({ path: 'requested', scope: Scope.REQUEST })
  class RequestedController {
    constructor(@Inject(REQUEST) private readonly request: { url: string }) {}
    @Get()
    get(@ScwClaims() caller: Claims) {
      if (!this.request.url.includes('requested')) throw new Error('another request');
      return seen(caller);
    }
  }

  @Injectable({ scope: Scope.REQUEST, durable: true })
  class Tenant {}
  @Guarded()
  @Controller('durable')
  class DurableController {
    constructor(@Inject(Tenant) private readonly tenant: Tenant) {}
    @Get()
    get(@ScwClaims() caller: Claims) {
      if (!(this.tenant instanceof Tenant)) throw new Error('no tenant');
      return seen(caller);
    }
  }

  @Guarded()
  @Controller('dynamic')
  class DynamicController {
    @Get()
    get(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
  }
  @Module({})
  class Dynamic {
    static register(): DynamicModule {
      return { module: Dynamic, controllers: [DynamicController] };
    }
  }

  abstract class BaseController {
    @ScwRequireScope('application')
    @Get()
    get(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
  }
  @Guarded()
  @Controller('heir')
  class HeirController extends BaseController {}
  @Guarded()
  @Controller('override')
  class OverrideController extends BaseController {
    @Get()
    override get(@ScwClaims() caller: Claims) {
      return seen(caller);
    }
  }

  @Injectable()
  class LazyService {
    readonly answer = seen;
  }
  @Module({ providers: [LazyService] })
  class LazyModule {}
  @Guarded()
  @Controller('lazy')
  class LazyController {
    constructor(@Inject(LazyModuleLoader) private readonly loader: LazyModuleLoader) {}
    @Get()
    async get(@ScwClaims() caller: Claims) {
      const module = await this.loader.load(() => LazyModule);
      return module.get(LazyService).answer(caller);
    }
  }

  return {
    controllers: [
      PlainController,
      VersionedController,
      HostedController,
      RequestedController,
      DurableController,
      HeirController,
      OverrideController,
      LazyController,
    ],
    imports: [Dynamic.register()],
    providers: [Tenant],
  };
}

// Durable providers live in a tree for each tenant.
ContextIdFactory.apply({
  attach: (contextId) => {
    const tree = ContextIdFactory.create();
    return (info) => (info.isTreeDurable ? tree : contextId);
  },
});

for (const ownGuard of [false, true]) {
  const { controllers, imports, providers } = controllersOf(ownGuard);
  const auth = ScalewayAuthModule.forRoot({ environment, protectAllRoutes: !ownGuard });
  const app = await createApp({ imports: [auth, ...imports], controllers, providers });
  app.setGlobalPrefix('api', { exclude: ['plain'] });
  app.enableVersioning({ type: VersioningType.URI, prefix: 'v' });
  app.enableCors({ origin: 'https://orders.example' });
  const url = await listen(app);
  const how = ownGuard ? '@UseGuards' : 'protectAllRoutes';

  const ask = (path: string, init?: RequestInit) => (caller: Caller) => askHttp(`${url}/${path}`, caller, init);
  const shape = (name: string) => new Shape(`${name}, ${how}`);

  const plain = shape('controller');
  await plain.askAs('GET', ask('plain'));
  await plain.askAs('HEAD', (caller) => askHead(`${url}/plain`, caller));
  await plain.askAs(
    'POST',
    ask('plain', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }),
  );
  await plain.askAs('prefixed', ask('api/plain/wild/a/b'));
  for (const caller of callers()) {
    plain.add(`exempt, ${caller.name}`, 'no claims', await ask('api/plain/exempt')(caller));
    const optional = caller.token === undefined ? 'no claims' : caller.ends;
    plain.add(`optional, ${caller.name}`, optional, await ask('api/plain/optional')(caller));
    const scoped = caller.name === "the namespace's" ? 'refused 403' : caller.ends;
    for (const path of ['plain/scoped', 'heir', 'override'])
      plain.add(`${path}, ${caller.name}`, scoped, await ask(`api/${path}`)(caller));
  }
  await plain.print();

  for (const [name, path] of [
    ['versioned controller', 'api/v2/versioned'],
    ['request-scoped controller', 'api/requested'],
    ['durable controller', 'api/durable'],
    ['controller of a dynamic module', 'api/dynamic'],
    ['controller that loads a lazy module', 'api/lazy'],
  ] as const) {
    const kind = shape(name);
    await kind.askAs('GET', ask(path));
    await kind.print();
  }

  const hosted = shape('host-based controller');
  await hosted.askAs('GET', (caller) => askHost(`${url}/api/hosted`, caller));
  await hosted.print();

  const stream = shape('server-sent events');
  await stream.askAs('GET', async (caller) => askStream(`${url}/api/plain/stream`, caller));
  await stream.print();
  await app.close();
}

async function askHead(url: string, caller: Caller): Promise<string> {
  const headers = headersOf(caller);
  const { status } = await fetch(url, { method: 'HEAD', headers });
  return status === 200 ? 'its own claims' : `refused ${status}`;
}

async function askHost(url: string, caller: Caller): Promise<string> {
  const headers = { Host: 'orders.example', ...headersOf(caller) };
  return new Promise((resolve, reject) => {
    http
      .request(url, { headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve(outcome(caller, response.statusCode!, text)));
      })
      .on('error', reject)
      .end();
  });
}

async function askStream(url: string, caller: Caller): Promise<string> {
  const headers = headersOf(caller);
  const answer = await fetch(url, { headers });
  const text = await answer.text();
  return outcome(caller, answer.status, /^data: (.*)$/m.exec(text)?.[1] ?? text);
}
