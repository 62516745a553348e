import { environment } from '../support/issuer.js';
import { freePort, start, untilListening } from '../support/process.js';
import { describeOnOwnRedis } from '../support/redis.js';
import { expectRevocable, SCHEMES, StoreServer } from './deny-list.js';

describeOnOwnRedis('the sample with a store of revocations', () => {
  const store = new StoreServer();
  beforeAll(() => store.start());
  afterAll(() => store.remove());

  it.each(SCHEMES)('reads the list that %s:// names', async (scheme) => {
    const env = store.environment(scheme);
    const PORT = String(await freePort());
    const { child } = start(process.execPath, ['dist/sample/main.js'], { ...environment, ...env, PORT });
    try {
      await untilListening(`http://127.0.0.1:${PORT}`);
      await expectRevocable(`http://127.0.0.1:${PORT}`, env);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('does not boot with another kind of URL, and does not repeat it', async () => {
    const REVOCATION_STORE_URL = 'mysql://user:secret@host';
    const { finished } = start(process.execPath, ['dist/sample/main.js'], {
      ...environment,
      REVOCATION_STORE_URL,
      PORT: '0',
    });
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toContain('must begin with one of redis:, rediss:, valkey:, unix:');
    expect(stdout + stderr).not.toContain('secret');
  });
});
