import { platforms } from '../support/app.js';
import { applicationId, namespaceId, publicKeyPem, token } from '../support/issuer.js';
import { TOKEN_CASES } from './cases.js';
import { type Opening, refused, SocketIoApp } from './socket-io-app.js';

const inHeader = (value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { 'X-Auth-Token': value };

describe.each(platforms)('where a socket.io gateway on %s finds the token', (platform) => {
  const app = new SocketIoApp(platform);
  afterEach(() => app.close());

  describe.each<[string, (value: string | undefined) => Opening]>([
    ['a header', (value) => ({ headers: inHeader(value) })],
    ['a header, over long polling', (value) => ({ headers: inHeader(value), transports: ['polling'] })],
    ['auth.token', (value) => ({ auth: value === undefined ? {} : { token: value } })],
  ])('with the token in %s', (name, opening) => {
    it.each(TOKEN_CASES)('$name ends with $ends', async ({ token: make, ends, reason }) => {
      await app.start();
      const value = make();
      const answered = await app.ask(opening(value));
      if (typeof ends === 'string') return expect(answered).toBe(ends);
      expect(answered).toEqual(refused(ends));
      const logged = JSON.stringify(app.logs);
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
    await app.start();
    expect(await app.ask(opening())).toEqual(typeof ends === 'number' ? refused(ends as 401) : ends);
  });

  it('never reads the query or the message', async () => {
    await app.start();
    const socket = app.open({ query: { token: token(), 'x-auth-token': token() } });
    const body = { token: token(), headers: { 'x-auth-token': token() }, handshake: { headers: {} } };
    expect(await app.send(socket, 'guarded', body)).toMatchObject({ message: 'Unauthorized' });
  });
});
