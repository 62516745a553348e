import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { environment, token } from '../../support/issuer.js';
import { freePort, run } from '../../support/process.js';
import { describeOnRedis, type Redis, startRedis } from '../../support/redis.js';

const cli = (args: string[], env: Record<string, string> = {}) =>
  run(process.execPath, ['dist/esm/cli/main.js', ...args], { ...environment, ...env });

describeOnRedis('inspect with the deny list that containers share', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.remove());

  it('says that a token is revoked, and that another is not', async () => {
    const REVOCATION_STORE_URL = redis.url;
    const revoked = token({ jti: 'revoked' });
    expect(await cli(['revoke', '--token-id', 'revoked', '--new'], { REVOCATION_STORE_URL })).toMatchObject({
      code: 0,
    });
    const verdict = async (text: string, args: string[], env = {}) => {
      const { code, stdout } = await cli(['inspect', text, '--json', ...args], env);
      const { reason, checks } = JSON.parse(stdout) as { reason: string | null; checks: { name: string }[] };
      return { code, reason, last: checks.at(-1) };
    };
    const passed = { name: 'not on the deny list', outcome: 'passed' };
    expect(await verdict(revoked, [], { REVOCATION_STORE_URL })).toEqual({
      code: 1,
      reason: 'revoked',
      last: { ...passed, outcome: 'failed' },
    });
    expect(await verdict(token(), ['--store', redis.url])).toEqual({ code: 0, reason: null, last: passed });
    expect(await verdict(revoked, ['--store', redis.url, '--store-key', 'other'])).toMatchObject({ code: 0 });
    // Without a store the deny list is not among the checks.
    expect(await verdict(revoked, [])).toMatchObject({ code: 0, last: { name: 'meant for this container' } });
  }, 60_000);
});

it('inspect fails when the deny list cannot be read, and says so', async () => {
  const { code, stdout, stderr } = await cli(['inspect', token(), '--store', `redis://127.0.0.1:${await freePort()}`]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('The store of revocations cannot be read (connection refused).');
}, 30_000);
