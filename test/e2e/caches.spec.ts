import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Header,
  Injectable,
  type NestInterceptor,
  Res,
  StreamableFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  scwClaimsOf,
  ScwOptional,
  ScwPublic,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, token } from '../support/issuer.js';

/** Whoever the guard refuses may still be somebody else. */
@Injectable()
class EitherGuard implements CanActivate {
  constructor(private readonly containers: ScalewayAuthGuard) {}
  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.containers.canActivate(context);
    } catch (error) {
      if (context.switchToHttp().getRequest<{ headers: object }>().headers.hasOwnProperty('x-person')) return true;
      throw error;
    }
  }
}
@Injectable()
class TellCaller implements NestInterceptor {
  static callers: (ScwTokenClaims | undefined)[] = [];
  intercept(context: ExecutionContext, next: { handle(): any }) {
    TellCaller.callers.push(scwClaimsOf(context));
    return next.handle();
  }
}
@Injectable()
class AsksTooEarly implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return scwClaimsOf(context) === undefined;
  }
}

@Controller()
class OrdersController {
  @UseGuards(ScalewayAuthGuard)
  @UseInterceptors(TellCaller)
  @Get('orders')
  list() {
    return 'orders';
  }
  @UseGuards(ScalewayAuthGuard)
  @ScwOptional()
  @UseInterceptors(TellCaller)
  @Get('optional')
  optional() {
    return 'optional';
  }
  @UseGuards(ScalewayAuthGuard)
  @Header('Cache-Control', 'public, max-age=60')
  @Get('catalogue')
  catalogue() {
    return 'catalogue';
  }
  @UseGuards(ScalewayAuthGuard)
  @Get('stream')
  stream() {
    return new StreamableFile(Buffer.from('stream'));
  }
  @UseGuards(ScalewayAuthGuard)
  @Get('by-hand')
  byHand(@Res() response: { send(text: string): void }) {
    response.send('by hand');
  }
  @UseGuards(EitherGuard)
  @Get('either')
  either() {
    return 'either';
  }
  @ScwPublic()
  @UseInterceptors(TellCaller)
  @Get('open')
  open() {
    return 'open';
  }
  @UseGuards(AsksTooEarly, ScalewayAuthGuard)
  @Get('early')
  early() {
    return 'early';
  }
}

const HEADERS = 'x-auth-token, scw-functions-token, scw_functions_token, authorization';
const good = () => ({ 'X-Auth-Token': token() });

describe.each(platforms)('an answer to a guarded request, on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }), (app) =>
      app.enableCors({ origin: ['https://example.org', 'https://example.com'] }),
    );
  });
  afterAll(() => running.close());
  const cacheHeaders = async (path: string, headers: Record<string, string> = good()) => {
    const answer = await running.get(path, headers);
    return [answer.status, answer.headers['cache-control'], answer.headers['vary']];
  };

  it.each(['/orders', '/stream', '/by-hand'])('is private, and varies by who calls: %s', async (path) => {
    expect(await cacheHeaders(path)).toEqual([200, 'private', `Origin, ${HEADERS}`]);
  });
  it('is private for an anonymous caller, too', async () => {
    expect(await cacheHeaders('/optional', {})).toEqual([200, 'private', `Origin, ${HEADERS}`]);
  });
  it('is what the handler says', async () => {
    expect(await cacheHeaders('/catalogue')).toEqual([200, 'public, max-age=60', `Origin, ${HEADERS}`]);
  });
  it('says nothing where nothing is checked', async () => {
    expect(await cacheHeaders('/open', {})).toEqual([200, undefined, 'Origin']);
  });
  it('keeps its headers when it has not changed', async () => {
    if (platform === 'fastify') return;
    const { etag } = (await running.get('/orders', good())).headers;
    const again = await running.get('/orders', { ...good(), 'If-None-Match': etag as string });
    expect([again.status, again.headers['cache-control'], again.headers['vary']]).toEqual([
      304,
      'private',
      `Origin, ${HEADERS}`,
    ]);
  });

  it('has no challenge where another guard lets in whom ours refused', async () => {
    const letIn = await running.get('/either', { 'X-Person': 'yes' });
    expect([letIn.status, letIn.headers['www-authenticate']]).toEqual([200, undefined]);
    const refused = await running.get('/either');
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Bearer realm="Scaleway container"']);
  });

  it('lets an interceptor know who called', async () => {
    TellCaller.callers.length = 0;
    await running.get('/orders', good());
    await running.get('/optional');
    await running.get('/open', good());
    expect(TellCaller.callers.map((claims) => claims?.scope)).toEqual(['namespace', undefined, undefined]);
  });
  it('tells nobody who called before the guard has run', async () => {
    expect((await running.get('/early', good())).status).toBe(500);
  });
});
