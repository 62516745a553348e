import { spawnSync } from 'node:child_process';
import { inspectToken } from '../../../lib/cli/inspection.js';
import { readContainerIdentity } from '../../../lib/container/container-identity.js';
import { tokenRules } from '../../../lib/module/token-rules.js';
import {
  environment,
  foreignKey,
  forApplication,
  forNamespace,
  jws,
  now,
  scalewayClaims,
  scalewayHeader,
  token,
} from '../../support/issuer.js';
import { cleanEnvironment, root } from '../../support/process.js';

function inspect(input: string, args: string[] = [], env: Record<string, string | undefined> = environment) {
  const argv = ['dist/esm/cli/main.js', 'inspect', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: root,
    input,
    env: cleanEnvironment(env),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('inspect', () => {
  it('says that the right token is let in, with its claims, and exits with 0', () => {
    const { status, stdout } = inspect(`${token({ jti: 'the-id' })}\n`);
    expect(status).toBe(0);
    expect(stdout).toContain('"jti": "the-id"');
    expect(stdout).toContain('Let in');
    expect(stdout.match(/✓/g)).toHaveLength(10);
  });

  it('says why another is refused, as JSON too, and exits with 1', () => {
    const { status, stdout } = inspect(token(forApplication('another')), ['--json']);
    expect(status).toBe(1);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ accepted: false, status: 403, reason: 'wrong_application', header: scalewayHeader });
    expect(result.checks.at(-1)).toEqual({ name: 'meant for this container', outcome: 'failed' });
  });

  it('takes the container from options, in the place of the environment', () => {
    const text = token({ ...forApplication('c1'), exp: undefined });
    expect(inspect(text, ['--container-id', 'c1']).status).toBe(0);
    const strict = inspect(text, ['-', '--container-id', 'c1', '--require-expiry']);
    expect([strict.status, strict.stdout]).toEqual([1, expect.stringContaining('no_expiry')]);
  });

  it('exits with 2 where there is no container to ask, or the command line is wrong', () => {
    const nowhere = inspect(token(), [], {});
    expect([nowhere.status, nowhere.stderr]).toEqual([2, expect.stringContaining('SCW_PUBLIC_KEY is not set')]);
    const unknown = inspect(token(), ['--nonsense']);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('Usage:')]);
    expect(inspect(token(), ['--max-token-age', 'old']).status).toBe(2);
  });

  it('never repeats what it cannot decode: it may be a key', () => {
    const key = 'b3a1c9e0-1111-4222-8333-444455556666';
    const { status, stdout, stderr } = inspect(key);
    expect([status, stdout]).toEqual([1, expect.stringContaining('iam_key')]);
    expect(stdout + stderr).not.toContain(key);
  });

  it('says on a public container that nothing is checked', () => {
    expect(inspect('', [], { SCW_PUBLIC: 'true' })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('public'),
    });
  });
});

describe('the checks that inspect lists', () => {
  const identity = readContainerIdentity(environment);
  const cases: [string, string, string, object?][] = [
    ['no_token', '', 'one token, no longer than allowed'],
    ['too_long', 'x'.repeat(9000), 'one token, no longer than allowed'],
    ['duplicate_token', `${token()}, ${token()}`, 'one token, no longer than allowed'],
    ['malformed', `${token()}=`, 'a compact JWS in canonical base64url'],
    ['unsupported_algorithm', jws({ alg: 'none' }, scalewayClaims()), 'the header says RS256, and nothing unsupported'],
    [
      'unsupported_header',
      jws({ ...scalewayHeader, crit: ['x'] }, scalewayClaims()),
      'the header says RS256, and nothing unsupported',
    ],
    ['bad_claim', token({ exp: 'soon' }), 'exp, nbf and iat are numbers'],
    ['expired', token({ exp: now() - 1 }), 'current'],
    ['not_yet_valid', token({ nbf: now() + 60 }), 'current'],
    ['too_old', token({ iat: now() - 100 }), 'current', { maxTokenAge: 60 }],
    ['no_expiry', token({ exp: undefined }), 'current', { requireExpiry: true }],
    ['bad_signature', token({}, foreignKey), 'signed with the key of this namespace'],
    ['wrong_issuer', token({ iss: 'x' }), 'the issuer'],
    ['wrong_audience', token({ aud: 'x' }), 'the audience'],
    ['bad_claim', token({ application_claim: [] }), 'application_claim names a namespace or a container'],
    ['wrong_namespace', token(forNamespace('x')), 'meant for this container'],
    ['wrong_application', token(forApplication('x')), 'meant for this container'],
  ];

  it.each(cases)('end at the one that refuses with %s', (reason, text, name, options = {}) => {
    const inspection = inspectToken(text, identity, tokenRules(options));
    expect(inspection.reason).toBe(reason);
    const failed = inspection.checks.findIndex(({ outcome }) => outcome === 'failed');
    expect(inspection.checks[failed]?.name).toBe(name);
    expect(inspection.checks.slice(0, failed).every(({ outcome }) => outcome === 'passed')).toBe(true);
    expect(inspection.checks.slice(failed + 1).every(({ outcome }) => outcome === 'not reached')).toBe(true);
  });
});
