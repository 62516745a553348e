// Beside what applications commonly have: Throttler, terminus, served files, uploads, caches, guards of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Body,
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  type NestInterceptor,
  Post,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { CacheModule } from '@nestjs/cache-manager';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { FileInterceptor } from '@nestjs/platform-express';
import { ServeStaticModule } from '@nestjs/serve-static';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import {
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  type ScwTokenClaims,
  scwClaimsOf,
} from 'nestjs-scaleway-auth';
import { createApp, listen, logs, platform } from './support/application.js';
import { type Caller, callers, environment, seen } from './support/callers.js';
import { CallerCacheInterceptor } from './support/caller-cache.interceptor.js';
import { askHttp, headersOf } from './support/http.js';
import { LimitsModule } from './support/limits.module.js';
import { Shape } from './support/report.js';

const auth = () => ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true });

@Controller()
class OrdersController {
  @Get('orders')
  list(@ScwClaims() caller: ScwTokenClaims) {
    return seen(caller);
  }
  @ScwOptional()
  @Get('catalogue')
  catalogue(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return seen(caller);
  }
}
const nobody: Caller = { name: 'no token', token: undefined, ends: 'refused 401' };

{
  const app = await createApp({ imports: [auth(), LimitsModule], controllers: [OrdersController] });
  const url = `${await listen(app)}/orders`;
  const shape = new Shape('Throttler, by caller');
  await shape.askAs('GET', (caller) => askHttp(url, caller));
  const [, , , , caller, other] = callers();
  for (let time = 0; time < 100; time++) shape.add('within the limit', 'its own claims', await askHttp(url, caller!));
  shape.add('beyond the limit', '429', (await askHttp(url, caller!)).slice(0, 3));
  shape.add('another caller', 'its own claims', await askHttp(url, other!));
  shape.add('a refused caller', 'refused 401', await askHttp(url, nobody));
  await app.close();
  await shape.print();
}
{
  // A guard in the root module runs before those of imported modules: it does not know who calls.
  @Injectable()
  class EarlyGuard {
    canActivate(context: ExecutionContext) {
      scwClaimsOf(context);
      return true;
    }
  }
  @Module({ providers: [{ provide: APP_GUARD, useClass: EarlyGuard }] })
  class EarlyModule {}
  const app = await createApp({ imports: [EarlyModule, auth()], controllers: [OrdersController] });
  const url = `${await listen(app)}/orders`;
  const shape = new Shape('a guard that asks too early');
  await shape.askAs('GET', async (caller) => (await askHttp(url, caller)).slice(0, 3), { ends: () => '500' });
  const says = logs.some((line) =>
    /is applied to it, and runs later/.test(line instanceof Error ? line.message : (line as string)),
  );
  shape.add('the log', 'says that the guard runs later', says ? 'says that the guard runs later' : 'does not');
  await app.close();
  await shape.print();
}
{
  @Controller('health')
  class HealthController {
    constructor(private readonly health: HealthCheckService) {}
    @ScwPublic()
    @Get()
    @HealthCheck()
    check() {
      return this.health.check([]);
    }
    @Get('details')
    @HealthCheck()
    details() {
      return this.health.check([() => ({ orders: { status: 'up' } }) as never]);
    }
  }
  const app = await createApp({ imports: [auth(), TerminusModule], controllers: [HealthController] });
  const url = await listen(app);
  const shape = new Shape('terminus');
  const status = async (path: string, caller: Caller) => {
    const headers = headersOf(caller);
    return String((await fetch(`${url}${path}`, { headers })).status);
  };
  for (const caller of callers()) {
    shape.add(`exempt, ${caller.name}`, '200', await status('/health', caller));
    const ends = caller.ends === 'its own claims' ? '200' : caller.ends.slice(-3);
    shape.add(`guarded, ${caller.name}`, ends, await status('/health/details', caller));
  }
  await app.close();
  await shape.print();
}
{
  const rootPath = mkdtempSync(join(tmpdir(), 'nestjs-scaleway-auth-files-'));
  writeFileSync(join(rootPath, 'page.html'), 'a page');
  const files = ServeStaticModule.forRoot({ rootPath, serveRoot: '/files' });
  const app = await createApp({ imports: [auth(), files], controllers: [OrdersController] });
  const url = await listen(app);
  const shape = new Shape('serve-static');
  await shape.askAs('GET', (caller) => askHttp(`${url}/orders`, caller));
  // Middleware and the server's own routes: no handler, so no guard.
  shape.add('a file', 'a page', await (await fetch(`${url}/files/page.html`)).text());
  await app.close();
  rmSync(rootPath, { recursive: true });
  await shape.print();
}
if (platform === 'express') {
  @Controller('uploads')
  class UploadsController {
    static read = 0;
    @Post()
    @UseInterceptors(
      FileInterceptor('file', {
        fileFilter: (_request, _file, accept) => {
          UploadsController.read++;
          accept(null, true);
        },
      }),
    )
    upload(
      @UploadedFile() file: { size: number } | undefined,
      @Body() _body: unknown,
      @ScwClaims() caller: ScwTokenClaims,
    ) {
      if (file?.size !== 5) throw new Error('another file');
      return seen(caller);
    }
  }
  const app = await createApp({ imports: [auth()], controllers: [UploadsController] });
  const url = `${await listen(app)}/uploads`;
  const shape = new Shape('multer');
  await shape.askAs('POST', (caller) => {
    const body = new FormData();
    body.append('file', new Blob(['hello']), 'file.txt');
    return askHttp(url, caller, { method: 'POST', body });
  });
  const before = UploadsController.read;
  const body = new FormData();
  body.append('file', new Blob(['hello']), 'file.txt');
  await askHttp(url, nobody, { method: 'POST', body });
  shape.add('files of refused callers', 'not read', UploadsController.read === before ? 'not read' : 'read');
  await app.close();
  await shape.print();
}
{
  const app = await createApp({
    imports: [auth(), CacheModule.register({ ttl: 60_000 })],
    controllers: [OrdersController],
    providers: [{ provide: APP_INTERCEPTOR, useClass: CallerCacheInterceptor }],
  });
  const url = await listen(app);
  const shape = new Shape('CacheInterceptor, with a key for each caller');
  for (const path of ['orders', 'catalogue'])
    for (const caller of [...callers(), ...callers()])
      for (const time of ['first', 'again']) {
        const ends = path === 'catalogue' && caller.token === undefined ? 'no claims' : caller.ends;
        shape.add(`${path}, ${caller.name}, ${time}`, ends, await askHttp(`${url}/${path}`, caller));
      }
  await app.close();
  await shape.print();
}
{
  @Injectable()
  class AuditInterceptor implements NestInterceptor {
    static readonly callers: (string | undefined)[] = [];
    intercept(context: ExecutionContext, next: CallHandler) {
      AuditInterceptor.callers.push(scwClaimsOf(context)?.tokenId);
      return next.handle();
    }
  }
  const app = await createApp({
    imports: [auth()],
    controllers: [OrdersController],
    providers: [{ provide: APP_INTERCEPTOR, useClass: AuditInterceptor }],
  });
  const url = await listen(app);
  const shape = new Shape('an interceptor that keeps an audit log');
  for (const caller of callers()) {
    AuditInterceptor.callers.length = 0;
    await askHttp(`${url}/orders`, caller);
    const expected = caller.id === undefined ? '[]' : JSON.stringify([caller.id]);
    shape.add(caller.name, expected, JSON.stringify(AuditInterceptor.callers));
  }
  await app.close();
  await shape.print();
}
