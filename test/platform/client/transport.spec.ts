import { afterEach, describe, expect, it } from '@jest/globals';
import { ScalewayTokenClient } from 'nestjs-scaleway-auth/platform';
import { refusalOf, withEnvironment } from './helpers/environment.js';
import { issued, ScriptedServer } from './helpers/scripted-server.js';
import { selfSigned } from './helpers/self-signed.js';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

function serve(...args: ConstructorParameters<typeof ScriptedServer>): ScriptedServer {
  const server = new ScriptedServer(...args);
  servers.push(server);
  return server;
}

function issue(apiUrl: string): Promise<unknown> {
  return new ScalewayTokenClient({ secretKey: 'secret', region: 'fr-par', apiUrl }).issueJwt({ containerId: 'C' });
}

describe('the connection', () => {
  it('is refused when the certificate is not trusted, at once, and nothing is sent', async () => {
    const server = serve([issued()], selfSigned());
    const error = await refusalOf(issue(await server.start()));
    expect(error).toMatchObject({ reason: 'network', details: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(error.message).toContain('NODE_EXTRA_CA_CERTS');
    expect(server.seen).toHaveLength(0);
  });

  it('is refused when the process has certificate checks turned off', async () => {
    const server = serve([issued()], selfSigned());
    const apiUrl = await server.start();
    const error = await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, () =>
      refusalOf((async () => issue(apiUrl))()),
    );
    expect(error).toMatchObject({ reason: 'configuration', message: expect.stringContaining('NODE_TLS_REJECT') });
    expect(server.seen).toHaveLength(0);
  });

  it('says when nothing listens', async () => {
    const server = serve([issued()]);
    const apiUrl = await server.start();
    await server.stop();
    const error = await refusalOf(issue(apiUrl));
    expect(error).toMatchObject({ reason: 'network', details: { code: 'ECONNREFUSED' } });
    expect(error.message).toContain(new URL(apiUrl).host);
    expect(error.message).toContain('`npx nestjs-scaleway-auth dev`');
    expect(error.cause).toBeUndefined();
  });

  it('says when the other side does not speak HTTP, without quoting it', async () => {
    const server = serve([(response) => void response.socket?.end('secret banner\r\n')]);
    const error = await refusalOf(issue(await server.start()));
    expect(error).toMatchObject({ reason: 'network' });
    expect(error.message).not.toContain('banner');
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('%i is not followed with the secret', async (status) => {
    const elsewhere = serve([issued()]);
    const location = await elsewhere.start();
    const server = serve([(response) => response.writeHead(status, { location }).end()]);
    const error = await refusalOf(issue(await server.start()));
    const message = expect.stringContaining('redirect');
    expect(error).toMatchObject({ reason: 'unexpected_reply', details: { status }, message });
    expect(elsewhere.seen).toHaveLength(0);
    expect(server.seen).toHaveLength(1);
  });
});
