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
  it('says that the right token is accepted, with its claims, and exits with 0', () => {
    const { status, stdout } = inspect(`${token({ jti: 'the-id' })}\n`);
    expect(status).toBe(0);
    expect(stdout).toContain('"jti": "the-id"');
    expect(stdout).toContain('\nAccepted by this container.\n');
    expect(stdout.match(/✓/g)).toHaveLength(10);
  });

  it('says why another is refused, as JSON too, and exits with 1', () => {
    const { status, stdout } = inspect(token(forApplication('another')), ['--json']);
    expect(status).toBe(1);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      accepted: false,
      status: 403,
      reason: 'wrong_application',
      remedy: expect.stringContaining('another container'),
      header: scalewayHeader,
      notes: [],
    });
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
    expect(nowhere.stderr).toContain('While dev runs: paste the export line');
    const unknown = inspect(token(), ['--nonsense']);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('Usage:')]);
    const wrong: [string[], string][] = [
      [['--max-token-age', 'old'], '--max-token-age must be a number of seconds above 0.'],
      [['--max-token-age', ''], '--max-token-age must be a number of seconds above 0.'],
      [['--clock-tolerance', '9999'], '--clock-tolerance must be a number of seconds from 0 to 3600.'],
      [['--issuer', ''], '--issuer must be a string that is not empty.'],
      [['--public-key-file', '/none'], 'The file of --public-key-file cannot be read (ENOENT).'],
    ];
    for (const [args, message] of wrong) {
      const { status, stderr } = inspect(token(), args);
      expect([status, stderr.split('\n').at(-2)]).toEqual([2, `nestjs-scaleway-auth inspect: ${message}`]);
    }
  });

  it("knows the module's options that decide about a token", () => {
    const reason = (text: string, ...args: string[]) => JSON.parse(inspect(text, ['--json', ...args]).stdout).reason;
    const { iss: _iss, ...withoutIssuer } = scalewayClaims();
    expect(reason(jws(scalewayHeader, withoutIssuer))).toBeNull();
    expect(reason(jws(scalewayHeader, withoutIssuer), '--require-issuer')).toBe('wrong_issuer');
    expect(reason(token({ iss: 'ME' }), '--issuer', 'ME')).toBeNull();
    expect(reason(token({ aud: 'us' }), '--audience', 'us', '--require-audience')).toBeNull();
    expect(reason(token({ exp: now() - 30 }))).toBe('expired');
    expect(reason(token({ nbf: now() + 30 }), '--clock-tolerance', '60')).toBeNull();
    expect(reason(token(), '--max-token-length', '100')).toBe('too_long');
    expect(reason(token({ iat: now() - 100 }), '--max-token-age', '60')).toBe('too_old');
  });

  it('sends no control characters of a pasted token to the terminal, nor of an argument', () => {
    const evil = '\u001b[2J\u009b31m\u202egnp.exe\u2066\u2028\u0007\u{E0041}';
    const claims = { jti: evil, [evil]: evil };
    for (const args of [[], ['--json']]) {
      const { stdout } = inspect(token(claims), args);
      expect(stdout).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
      expect(stdout).toContain('\\u009b31m\\u202egnp.exe');
    }
    expect(JSON.parse(inspect(token(claims), ['--json']).stdout).payload[evil]).toBe(evil);
    const asOption = inspect('', [`--container-${evil}`]);
    expect(asOption.stderr).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
    expect(asOption.status).toBe(2);
  });

  it('takes a megabyte for what it is: too long', () => {
    const { status, stdout } = inspect('x'.repeat(1_000_000));
    expect([status, stdout]).toEqual([1, expect.stringContaining('too_long')]);
    expect(stdout.length).toBeLessThan(2000);
  });

  it.each([[[]], [['--json']], [['--max-token-length', '900000']]])(
    'refuses a deeply nested token check by check (%j)',
    (args) => {
      const nested = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
      const deep = [scalewayHeader, nested].map((part) =>
        Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
      );
      const { status, stdout, stderr } = inspect(`${deep.join('.')}.AAAA`, args);
      expect([status, stderr]).toEqual([1, '']);
      expect(stdout).toContain(args[0] === '--max-token-length' ? 'bad_signature' : 'too_long');
      expect(stdout).toContain('one token, no longer than allowed');
      expect(stdout).not.toContain('[[[[');
    },
  );

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
