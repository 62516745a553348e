import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { ScalewayAuthModule, ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { io } from 'socket.io-client';
import { platforms, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, token } from '../support/issuer.js';
import { serveDocs } from './programs/guarded-docs.js';
import { OrdersGateway } from './programs/handshake.js';
import { TokenMiddleware } from './programs/token-middleware.js';
import { callerOf } from './programs/token-as-text.js';

/** What a middleware of static files stands for. */
const serveFile = (_request: unknown, response: { end(text: string): void }) => response.end('file');

function applicationOf(SCW_PUBLIC: string) {
  @Module({
    imports: [ScalewayAuthModule.forRoot({ environment: { ...environment, SCW_PUBLIC } })],
    providers: [OrdersGateway, TokenMiddleware],
  })
  class AppModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(TokenMiddleware, serveFile).forRoutes('files', 'files/*path');
    }
  }
  return AppModule;
}

function connect(url: string, sent?: string): Promise<string> {
  const socket = io(url, { auth: { token: sent }, transports: ['websocket'], reconnection: false });
  return new Promise<string>((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('connect_error', ({ message }) => resolve(message));
  }).finally(() => socket.close());
}

describe.each(platforms)('the page about what is outside a guard, on %s', (platform) => {
  let running: RunningApp;
  afterEach(() => running.close());

  it.each(['/files', '/files/of/orders.pdf'])('checks middleware at %s', async (path) => {
    running = await startApp(platform, applicationOf('false'));
    const answers = [token(), token({}, foreignKey), ''].map((sent) => running.get(path, { 'X-Auth-Token': sent }));
    expect((await Promise.all(answers)).map(({ status, text }) => [status, text])).toEqual([
      [200, 'file'],
      [401, ''],
      [401, ''],
    ]);
  });
  it('checks the handshake of a socket', async () => {
    running = await startApp(platform, applicationOf('false'));
    expect(await connect(running.url, token())).toBe('connected');
    expect(await connect(running.url, token({}, foreignKey))).toBe('Unauthorized');
    expect(await connect(running.url)).toBe('Unauthorized');
  });
  it('checks nothing on a public container', async () => {
    running = await startApp(platform, applicationOf('true'));
    expect((await running.get('/files')).status).toBe(200);
    expect(await connect(running.url)).toBe('connected');
  });
  it('checks a token that is text', async () => {
    running = await startApp(platform, applicationOf('false'));
    const verifier = running.app.get(ScalewayTokenVerifier);
    expect((await callerOf(verifier, { token: token() })).scope).toBe('namespace');
    await expect(callerOf(verifier, { token: 'rubbish' })).rejects.toThrow("The job's token was refused: malformed");
  });
});

describe('the page at /docs', () => {
  it('is given with its documents to callers with a token, however their paths are written', async () => {
    const running = await startApp('express', applicationOf('false'), (app) =>
      serveDocs(app, app.get(TokenMiddleware)),
    );
    const known = ['/docs', '/docs/json', '/docs/yaml', '/docs/swagger-ui-init.js'];
    const accepted = await Promise.all(known.map((path) => running.get(path, { 'X-Auth-Token': token() })));
    expect(accepted.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const others = ['/docs/', '//docs', '/DOCS/json', '/docs//json', '/%64ocs/json', '/docs%2Fjson', '/docs/x/../json'];
    const unknown = await Promise.all(
      [...known, ...others, '/docs-json', '/docs-yaml'].map((path) => running.get(path, {})),
    );
    expect(unknown.filter(({ status }) => ![401, 404].includes(status))).toEqual([]);
    expect(unknown.slice(0, known.length).map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    await running.close();
  });
});
