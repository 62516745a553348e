import { platforms } from '../support/app.js';
import { later } from '../support/clock.js';
import { applicationId, foreignKey, forApplication, now, token } from '../support/issuer.js';
import { refused, SocketIoApp } from './socket-io-app.js';

describe.each(platforms)('a socket.io gateway on %s', (platform) => {
  const app = new SocketIoApp(platform);
  afterEach(() => app.close());

  it('checks each message: a token that expires stops working on an open socket', async () => {
    await app.start();
    const socket = app.open({ auth: { token: token({ exp: now() + 2 }) } });
    expect(await app.send(socket, 'guarded')).toBe('namespace');
    expect(await app.send(socket, 'guarded', 'text')).toBe('namespace');
    await later(2100, async () => {
      expect(await app.send(socket, 'guarded')).toEqual(refused(401));
      expect(await app.send(socket, 'guarded', 'text')).toMatchObject({ message: 'Unauthorized' });
      expect(await app.send(socket, 'exempt')).toBe('nobody');
      expect(await app.send(socket, 'unguarded', 'text')).toMatchObject({ message: 'Internal server error' });
    });
  });

  it('keeps sockets and messages apart', async () => {
    await app.start();
    const [first, second, third] = [
      app.open({ auth: { token: token() } }),
      app.open({ headers: { 'X-Auth-Token': token(forApplication(applicationId)) } }),
      app.open({}),
    ];
    const sent = [...Array(5).keys()].flatMap((i) =>
      [first, second, third].map((socket) => app.send(socket, 'slow', i % 2 === 0 ? i : { i })),
    );
    const answers = await Promise.all(sent);
    for (const [i, got] of answers.entries())
      expect(got).toEqual(['namespace', 'application', expect.objectContaining({ message: 'Unauthorized' })][i % 3]);
  });

  it('knows exempt handlers, optional tokens and scopes', async () => {
    await app.start();
    expect(await app.ask({}, 'exempt')).toBe('nobody');
    expect(await app.ask({ auth: { token: token() } }, 'exempt')).toBe('nobody');
    expect(await app.ask({}, 'optional')).toBe('nobody');
    expect(await app.ask({ auth: { token: token() } }, 'optional')).toBe('namespace');
    expect(await app.ask({ auth: { token: 7 } }, 'optional')).toEqual(refused(401, 'optional'));
    expect(await app.ask({ auth: { token: token({}, foreignKey) } }, 'optional')).toEqual(refused(401, 'optional'));
    expect(await app.ask({ auth: { token: token() } }, 'own')).toEqual(refused(403, 'own'));
    expect(await app.ask({ auth: { token: token(forApplication(applicationId)) } }, 'own')).toBe('application');
  });

  it('makes @ScwClaims() in a handler that nobody guards an error, after a guarded one too', async () => {
    await app.start();
    const socket = app.open({ auth: { token: token() } });
    for (const body of [{}, 'text']) {
      expect(await app.send(socket, 'guarded', body)).toBe('namespace');
      expect(await app.send(socket, 'unguarded', body)).toMatchObject({ message: 'Internal server error' });
    }
    expect(app.logs.map(({ message }) => (message as Error).message ?? message).join()).toContain(
      'OpenGateway.unguarded, which no ScalewayAuthGuard has checked',
    );
  });

  it('checks nothing on a public container', async () => {
    await app.start({ SCW_PUBLIC: 'true' });
    for (const event of ['guarded', 'optional', 'own', 'exempt'])
      expect(await app.ask({ auth: { token: 'x' } }, event)).toBe('nobody');
    expect(await app.ask({}, 'guarded', 'text')).toBe('nobody');
  });
});
