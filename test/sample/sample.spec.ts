import { get } from '../support/app.js';
import { applicationId, environment, forApplication, namespaceId, token } from '../support/issuer.js';
import { freePort, start, untilListening } from '../support/process.js';

describe.each(['express', 'fastify'])('the sample container on %s', (HTTP_PLATFORM) => {
  async function withSample(env: Record<string, string | undefined>, use: (url: string) => Promise<void>) {
    const port = await freePort();
    const { child, finished } = start(process.execPath, ['dist/sample/main.js'], {
      HTTP_PLATFORM,
      PORT: String(port),
      ...env,
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      await untilListening(url);
      await use(url);
    } finally {
      child.kill('SIGTERM');
    }
    return finished;
  }

  it('lets the right tokens in and keeps the others out, and ends on SIGTERM', async () => {
    const ended = await withSample(environment, async (url) => {
      const whoami = (headers?: Record<string, string>) => get(`${url}/whoami`, headers);
      const ofNamespace = await whoami({ 'X-Auth-Token': token() });
      expect(ofNamespace).toMatchObject({
        status: 200,
        json: { namespaceId, applicationId: null, scope: 'namespace' },
      });
      const ofContainer = await whoami({ Authorization: `Bearer ${token(forApplication(applicationId))}` });
      expect(ofContainer).toMatchObject({
        status: 200,
        json: { namespaceId: null, applicationId, scope: 'application' },
      });
      expect((await whoami()).status).toBe(401);
      expect((await whoami({ 'X-Auth-Token': token(forApplication('another')) })).status).toBe(403);
      expect((await get(`${url}/health`)).status).toBe(200);
    });
    expect(ended.code === 0 || ended.signal === 'SIGTERM').toBe(true);
  });

  it('answers with nulls when it is public', async () => {
    await withSample({ SCW_PUBLIC: 'true' }, async (url) => {
      expect((await get(`${url}/whoami`)).json).toEqual({ namespaceId: null, applicationId: null, scope: null });
    });
  });
});
