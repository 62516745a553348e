import { UseGuards } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { ScwWsAdapter } from 'nestjs-scaleway-auth/ws';
import { WebSocket } from 'ws';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { later } from '../support/clock.js';
import { applicationId, environment, foreignKey, forApplication, now, token } from '../support/issuer.js';
import { TOKEN_CASES } from './cases.js';

const answer = (caller: ScwTokenClaims | undefined) => ({ event: 'answer', data: caller?.scope ?? 'nobody' });

@UseGuards(ScalewayAuthGuard)
@WebSocketGateway({ path: '/orders' })
class OrdersGateway {
  @SubscribeMessage('guarded')
  guarded(@MessageBody() _body: unknown, @ScwClaims() caller: ScwTokenClaims | undefined) {
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
  own(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
}

/** On the same path, hence the same server: Nest binds both to each connection. */
@WebSocketGateway({ path: '/orders' })
class OpenGateway {
  @SubscribeMessage('unguarded')
  unguarded(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
}

const MESSAGES = { 401: 'Unauthorized', 403: 'Forbidden' };

describe.each(platforms)('a ws gateway on %s', (platform) => {
  let running: RunningApp;
  const sockets: WebSocket[] = [];
  const start = async (env: object = environment, Adapter: typeof WsAdapter = ScwWsAdapter, extras: object = {}) => {
    running = await startApp(
      platform,
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment: env, ...extras })],
        providers: [OrdersGateway, OpenGateway],
      }),
      (app) => void app.useWebSocketAdapter(new Adapter(app)),
    );
    running.logs.length = 0;
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await running.close();
  });

  async function open(headers: Record<string, string | string[]> = {}, query = ''): Promise<WebSocket> {
    const socket = new WebSocket(`${running.url.replace('http', 'ws')}/orders${query}`, { headers: headers as never });
    sockets.push(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  }
  /** What a message is answered: what the handler returned, or the exception. */
  function send(socket: WebSocket, event: string, data: unknown = {}): Promise<any> {
    return new Promise((resolve) => {
      socket.once('message', (text: Buffer) => resolve(JSON.parse(text.toString()).data));
      socket.send(JSON.stringify({ event, data }));
    });
  }
  const sent = (value: string | undefined): Record<string, string> =>
    value === undefined ? {} : { 'X-Auth-Token': value };
  const refused = (status: 401 | 403) => expect.objectContaining({ status: 'error', message: MESSAGES[status] });

  it.each(TOKEN_CASES)('$name ends with $ends', async ({ token: make, ends, reason }) => {
    await start();
    const value = make();
    const socket = await open(sent(value));
    for (const body of [{}, 'text']) {
      const answered = await send(socket, 'guarded', body);
      expect(answered).toEqual(typeof ends === 'string' ? ends : refused(ends));
    }
    const logged = JSON.stringify(running.logs);
    if (reason !== undefined) expect(logged).toContain(`"reason":"${reason}"`);
    if (value !== undefined && value.length > 2) expect(logged).not.toContain(value);
  });

  it.each([['X-Auth-Token'], ['Authorization']])('sees %s that is sent twice', async (name) => {
    await start();
    const value = name === 'Authorization' ? `Bearer ${token()}` : token();
    expect(await send(await open({ [name]: value }), 'guarded')).toBe('namespace');
    expect(await send(await open({ [name]: [value, value] }), 'guarded')).toEqual(refused(401));
    expect(JSON.stringify(running.logs)).toContain('duplicate_token');
  });

  it('never reads the query or the message', async () => {
    await start();
    const socket = await open({}, `?token=${token()}&x-auth-token=${token()}`);
    const body = { token: token(), headers: { 'x-auth-token': token() }, handshake: { headers: {} } };
    expect(await send(socket, 'guarded', body)).toEqual(refused(401));
  });

  it('checks each message: a token that expires stops working on an open socket', async () => {
    await start();
    const socket = await open(sent(token({ exp: now() + 2 })));
    expect(await send(socket, 'guarded')).toBe('namespace');
    await later(2100, async () => {
      expect(await send(socket, 'guarded')).toEqual(refused(401));
      expect(await send(socket, 'exempt')).toBe('nobody');
    });
  });

  it('knows exempt handlers, optional tokens and scopes', async () => {
    await start();
    const [none, ofNamespace, ofContainer, forged] = await Promise.all(
      [undefined, token(), token(forApplication(applicationId)), token({}, foreignKey)].map((value) =>
        open(sent(value)),
      ),
    );
    expect(await send(none!, 'exempt')).toBe('nobody');
    expect(await send(none!, 'optional')).toBe('nobody');
    expect(await send(ofNamespace!, 'optional')).toBe('namespace');
    expect(await send(forged!, 'optional')).toEqual(refused(401));
    expect(await send(ofNamespace!, 'own')).toEqual(refused(403));
    expect(await send(ofContainer!, 'own')).toBe('application');
    for (const body of [{}, 'text'])
      expect(await send(ofContainer!, 'unguarded', body)).toMatchObject({ message: 'Internal server error' });
  });

  it('checks nothing on a public container', async () => {
    await start({ SCW_PUBLIC: 'true' });
    for (const socket of [await open(), await open(sent('x'))])
      for (const event of ['guarded', 'optional', 'own', 'exempt']) expect(await send(socket, event)).toBe('nobody');
  });

  it('is guarded whole by protectAllRoutes', async () => {
    await start(environment, ScwWsAdapter, { protectAllRoutes: true });
    const [none, caller] = [await open(), await open(sent(token()))];
    expect(await send(none, 'unguarded')).toEqual(refused(401));
    expect(await send(none, 'exempt')).toBe('nobody');
    expect(await send(caller, 'unguarded')).toBe('namespace');
    expect(await send(caller, 'guarded')).toBe('namespace');
  });

  it('is refused without ScwWsAdapter, and the operator reads what to write', async () => {
    await start(environment, WsAdapter);
    const socket = await open(sent(token()));
    expect(await send(socket, 'guarded')).toMatchObject({ status: 'error', message: 'Internal server error' });
    expect(await send(socket, 'exempt')).toBe('nobody');
    const logged = JSON.stringify(running.logs);
    expect(logged).toContain('app.useWebSocketAdapter(new ScwWsAdapter(app)), from nestjs-scaleway-auth/ws');
  });
});
