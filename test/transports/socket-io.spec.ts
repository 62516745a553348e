import { type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { io, type Socket } from 'socket.io-client';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import {
  applicationId,
  environment,
  foreignKey,
  forApplication,
  namespaceId,
  now,
  publicKeyPem,
  token,
} from '../support/issuer.js';
import { TOKEN_CASES } from './cases.js';

const answer = (caller: ScwTokenClaims | undefined) => caller?.scope ?? 'nobody';

/** Takes its time, so that other messages come between ScalewayAuthGuard and the handler. */
@Injectable()
class SlowGuard implements CanActivate {
  canActivate(_context: ExecutionContext): Promise<boolean> {
    return new Promise((resolve) => setTimeout(() => resolve(true), 20));
  }
}

@UseGuards(ScalewayAuthGuard)
@WebSocketGateway()
class OrdersGateway {
  @SubscribeMessage('guarded')
  guarded(@ConnectedSocket() _client: unknown, @MessageBody() _body: unknown, @ScwClaims() caller?: ScwTokenClaims) {
    return answer(caller);
  }
  @UseGuards(SlowGuard)
  @SubscribeMessage('slow')
  slow(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwPublic()
  @SubscribeMessage('exempt')
  exempt(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwOptional()
  @SubscribeMessage('optional')
  optional(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwRequireScope('application')
  @SubscribeMessage('own')
  own(@ScwClaims('scope') scope: string | undefined) {
    return scope ?? 'nobody';
  }
}

@WebSocketGateway()
class OpenGateway {
  @SubscribeMessage('unguarded')
  unguarded(@ScwClaims() caller: ScwTokenClaims) {
    return answer(caller);
  }
}

interface Opening {
  readonly headers?: Record<string, string | string[]>;
  readonly auth?: Record<string, unknown>;
  readonly transports?: string[];
}

const MESSAGES = { 401: 'Unauthorized', 403: 'Forbidden' };

describe.each(platforms)('a socket.io gateway on %s', (platform) => {
  let running: RunningApp;
  const sockets: Socket[] = [];
  const start = async (env: object = environment) => {
    running = await startApp(
      platform,
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment: env })],
        providers: [OrdersGateway, OpenGateway],
      }),
    );
    running.logs.length = 0;
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    await running.close();
  });

  function open({ headers = {}, auth = {}, transports = ['websocket'] }: Opening): Socket {
    const socket = io(running.url, {
      transports,
      forceNew: true,
      reconnection: false,
      extraHeaders: headers as never,
      auth,
    });
    sockets.push(socket);
    return socket;
  }
  /** What a message is answered: what the handler returned, or the message of the exception. */
  function send(socket: Socket, event: string, body: unknown = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      socket.once('exception', resolve);
      socket.once('connect_error', reject);
      socket.emit(event, body, resolve);
    });
  }
  const ask = (opening: Opening, event = 'guarded', body?: unknown) => send(open(opening), event, body);
  const refused = (status: 401 | 403, pattern = 'guarded') =>
    expect.objectContaining({ status: 'error', message: MESSAGES[status], cause: { pattern, data: {} } });

  describe.each<[string, (value: string | undefined) => Opening]>([
    ['a header', (value) => ({ headers: value === undefined ? {} : { 'X-Auth-Token': value } })],
    [
      'a header, over long polling',
      (value) => ({ headers: value === undefined ? {} : { 'X-Auth-Token': value }, transports: ['polling'] }),
    ],
    ['auth.token', (value) => ({ auth: value === undefined ? {} : { token: value } })],
  ])('with the token in %s', (name, opening) => {
    it.each(TOKEN_CASES)('$name ends with $ends', async ({ token: make, ends, reason }) => {
      await start();
      const value = make();
      const answered = await ask(opening(value));
      if (typeof ends === 'string') return expect(answered).toBe(ends);
      expect(answered).toEqual(refused(ends));
      const logged = JSON.stringify(running.logs);
      expect(logged).toContain(`"reason":"${reason}"`);
      expect(logged).toContain('OrdersGateway.guarded');
      if (reason !== 'no_token')
        expect(logged).toContain(name === 'auth.token' ? 'socket.io auth.token' : 'x-auth-token');
      for (const secret of [value, namespaceId, applicationId, publicKeyPem.split('\n')[1]!])
        if (secret !== undefined && secret.length > 2) {
          expect(logged).not.toContain(secret);
          expect(JSON.stringify(answered)).not.toContain(secret);
        }
    });
  });

  it.each<[string, () => Opening, unknown]>([
    ['in Authorization', () => ({ headers: { Authorization: `Bearer ${token()}` } }), 'namespace'],
    [
      'in a header, and rubbish in auth',
      () => ({ headers: { 'X-Auth-Token': token() }, auth: { token: 'x' } }),
      'namespace',
    ],
    ['in auth, and rubbish in a header', () => ({ headers: { 'X-Auth-Token': 'x' }, auth: { token: token() } }), 401],
    [
      'in auth, behind an IAM key',
      () => ({ headers: { 'X-Auth-Token': '6f4a1a0e-3f0e-4d3e-9f0e-0c9d3c7b2a11' }, auth: { token: token() } }),
      'namespace',
    ],
    ['in auth, as a list of one', () => ({ auth: { token: [token()] } }), 401],
    ['in auth, as a list of two', () => ({ auth: { token: [token(), token()] } }), 401],
    ['in auth, in an object', () => ({ auth: { token: { token: token() } } }), 401],
    ['in auth, two of them', () => ({ auth: { token: `${token()},${token()}` } }), 401],
    ['in auth, as Bearer', () => ({ auth: { token: `Bearer ${token()}` } }), 401],
    [
      'in auth, under another name',
      () => ({ auth: { 'x-auth-token': token(), authorization: `Bearer ${token()}` } }),
      401,
    ],
    ['in auth, that is null', () => ({ auth: { token: null } }), 401],
    ['twice in a header', () => ({ headers: { 'X-Auth-Token': [token(), token()] } }), 401],
    [
      'twice in Authorization, of which Node shows one',
      () => ({ headers: { Authorization: [`Bearer ${token()}`, 'Bearer x'] } }),
      401,
    ],
  ])('a token %s', async (_name, opening, ends) => {
    await start();
    expect(await ask(opening())).toEqual(typeof ends === 'number' ? refused(ends as 401) : ends);
  });

  it('never reads the query or the message', async () => {
    await start();
    const socket = io(running.url, {
      transports: ['websocket'],
      forceNew: true,
      query: { token: token(), 'x-auth-token': token() },
    });
    sockets.push(socket);
    const body = { token: token(), headers: { 'x-auth-token': token() }, handshake: { headers: {} } };
    expect(await send(socket, 'guarded', body)).toMatchObject({ message: 'Unauthorized' });
  });

  it('checks each message: a token that expires stops working on an open socket', async () => {
    await start();
    const socket = open({ auth: { token: token({ exp: now() + 2 }) } });
    expect(await send(socket, 'guarded')).toBe('namespace');
    expect(await send(socket, 'guarded', 'text')).toBe('namespace');
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(await send(socket, 'guarded')).toEqual(refused(401));
    expect(await send(socket, 'guarded', 'text')).toMatchObject({ message: 'Unauthorized' });
    expect(await send(socket, 'exempt')).toBe('nobody');
    expect(await send(socket, 'unguarded', 'text')).toMatchObject({ message: 'Internal server error' });
  });

  it('keeps sockets and messages apart', async () => {
    await start();
    const [first, second, third] = [
      open({ auth: { token: token() } }),
      open({ headers: { 'X-Auth-Token': token(forApplication(applicationId)) } }),
      open({}),
    ];
    const sent = [...Array(5).keys()].flatMap((i) =>
      [first, second, third].map((socket) => send(socket, 'slow', i % 2 === 0 ? i : { i })),
    );
    const answers = await Promise.all(sent);
    for (const [i, got] of answers.entries())
      expect(got).toEqual(['namespace', 'application', expect.objectContaining({ message: 'Unauthorized' })][i % 3]);
  });

  it('knows exempt handlers, optional tokens and scopes', async () => {
    await start();
    expect(await ask({}, 'exempt')).toBe('nobody');
    expect(await ask({ auth: { token: token() } }, 'exempt')).toBe('nobody');
    expect(await ask({}, 'optional')).toBe('nobody');
    expect(await ask({ auth: { token: token() } }, 'optional')).toBe('namespace');
    expect(await ask({ auth: { token: 7 } }, 'optional')).toEqual(refused(401, 'optional'));
    expect(await ask({ auth: { token: token({}, foreignKey) } }, 'optional')).toEqual(refused(401, 'optional'));
    expect(await ask({ auth: { token: token() } }, 'own')).toEqual(refused(403, 'own'));
    expect(await ask({ auth: { token: token(forApplication(applicationId)) } }, 'own')).toBe('application');
  });

  it('makes @ScwClaims() in a handler that nobody guards an error, after a guarded one too', async () => {
    await start();
    const socket = open({ auth: { token: token() } });
    for (const body of [{}, 'text']) {
      expect(await send(socket, 'guarded', body)).toBe('namespace');
      expect(await send(socket, 'unguarded', body)).toMatchObject({ message: 'Internal server error' });
    }
    expect(running.logs.map(({ message }) => String((message as Error).message ?? message)).join()).toContain(
      'OpenGateway.unguarded, which no ScalewayAuthGuard has checked',
    );
  });

  it('checks nothing on a public container', async () => {
    await start({ SCW_PUBLIC: 'true' });
    for (const event of ['guarded', 'optional', 'own', 'exempt'])
      expect(await ask({ auth: { token: 'x' } }, event)).toBe('nobody');
    expect(await ask({}, 'guarded', 'text')).toBe('nobody');
  });
});
