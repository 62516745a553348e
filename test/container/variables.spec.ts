import { ScalewayAuthConfigurationError, ScalewayAuthModule, type ScalewayEnvironment } from 'nestjs-scaleway-auth';
import { readContainerIdentity, sameIdentity } from '../../lib/container/container-identity.js';
import { boot, bootError } from '../support/boot.js';
import { platforms, rootModule, startApp } from '../support/app.js';
import { applicationId, environment, foreignPublicKeyPem, namespaceId, publicKeyPem } from '../support/issuer.js';
import { ec, ed25519, rsa1024, rsaPss, spki } from '../support/pems.js';

const withVariables = (variables: Record<string, unknown>) =>
  ScalewayAuthModule.forRoot({ environment: { ...environment, ...variables } as ScalewayEnvironment });

const errorWith = (variables: Record<string, unknown>): Promise<ScalewayAuthConfigurationError> =>
  bootError(withVariables(variables));

describe('SCW_PUBLIC', () => {
  it.each(['true', 'TRUE', 'True', 'tRuE'])('%j is public, and nothing else is needed', (SCW_PUBLIC) => {
    expect(readContainerIdentity({ SCW_PUBLIC })).toEqual({ public: true });
  });
  it.each([
    undefined,
    '',
    'false',
    'FALSE',
    '1',
    'yes',
    'on',
    'y',
    't',
    ' true',
    'true ',
    'true\n',
    '\ttrue',
    '"true"',
    "'true'",
    'truetrue',
    'true;',
    'ｔｒｕｅ',
    'true\u0000',
  ])('%j is private', (SCW_PUBLIC) => {
    expect(readContainerIdentity({ ...environment, SCW_PUBLIC })).toMatchObject({
      public: false,
      namespaceId,
      applicationId,
    });
    expect(() => readContainerIdentity({ SCW_PUBLIC })).toThrow('SCW_PUBLIC_KEY');
  });
  it('that looks like true is told in the message of whatever is missing', async () => {
    expect((await errorWith({ SCW_PUBLIC: '1', SCW_PUBLIC_KEY: undefined })).message).toMatch(
      /SCW_PUBLIC is set to something other than "true"/,
    );
    for (const SCW_PUBLIC of ['falsey', 'not false', ' '])
      expect((await errorWith({ SCW_PUBLIC, SCW_PUBLIC_KEY: undefined })).message).toMatch(
        /is set to something other than "true"/,
      );
    for (const SCW_PUBLIC of ['false', 'FALSE', '', undefined])
      expect((await errorWith({ SCW_PUBLIC, SCW_PUBLIC_KEY: undefined })).message).toMatch(
        /^SCW_PUBLIC_KEY is not set\. This container is private, and checks its tokens with that key\. /,
      );
  });
});

/** As if this were another runner of tests, or none. */
async function withRunner<T>(variable: 'JEST_WORKER_ID' | 'VITEST' | undefined, work: () => Promise<T>): Promise<T> {
  const before = process.env['JEST_WORKER_ID'];
  delete process.env['JEST_WORKER_ID'];
  if (variable !== undefined) process.env[variable] = '1';
  try {
    return await work();
  } finally {
    if (variable !== undefined) delete process.env[variable];
    process.env['JEST_WORKER_ID'] = before;
  }
}

describe('a private container', () => {
  it.each(['JEST_WORKER_ID', 'VITEST'] as const)('names the helper for tests where there is %s', async (runner) => {
    const { message } = await withRunner(runner, () => errorWith({ SCW_PUBLIC_KEY: undefined }));
    expect(message).toMatch(
      /^SCW_PUBLIC_KEY is not set[^]*createScalewayTestIssuer\(\) of nestjs-scaleway-auth\/testing/,
    );
    expect(message).not.toContain('nestjs-scaleway-auth dev');
  });
  it('boots with a key and both ids', async () => {
    await (await boot(withVariables({}))).close();
  });
  it('boots with a key as SPKI', async () => {
    await (await boot(withVariables({ SCW_PUBLIC_KEY: spki }))).close();
  });
  it.each([
    ['no key', { SCW_PUBLIC_KEY: undefined }, /^SCW_PUBLIC_KEY is not set\./],
    ['an empty key', { SCW_PUBLIC_KEY: '' }, /^SCW_PUBLIC_KEY is empty\./],
    ['garbage as its key', { SCW_PUBLIC_KEY: 'not-a-real-key-000' }, /^SCW_PUBLIC_KEY is not a PEM/],
    ['an EC key', { SCW_PUBLIC_KEY: ec.publicKey }, /^SCW_PUBLIC_KEY contains an elliptic-curve/],
    ['an Ed25519 key', { SCW_PUBLIC_KEY: ed25519.publicKey }, /^SCW_PUBLIC_KEY contains an Ed25519/],
    ['an RSA-PSS key', { SCW_PUBLIC_KEY: rsaPss.publicKey }, /^SCW_PUBLIC_KEY contains an RSA-PSS/],
    ['a weak key', { SCW_PUBLIC_KEY: rsa1024.publicKey }, /^SCW_PUBLIC_KEY contains an RSA key of 1024 bits/],
    ['a private key', { SCW_PUBLIC_KEY: ec.privateKey }, /^SCW_PUBLIC_KEY contains a private key/],
    [
      'two keys',
      { SCW_PUBLIC_KEY: publicKeyPem + foreignPublicKeyPem },
      /^SCW_PUBLIC_KEY contains more than one PEM block/,
    ],
    [
      'neither id',
      { SCW_NAMESPACE_ID: undefined, SCW_APPLICATION_ID: undefined },
      /^SCW_NAMESPACE_ID and SCW_APPLICATION_ID are both unset or empty/,
    ],
    [
      'empty ids',
      { SCW_NAMESPACE_ID: '', SCW_APPLICATION_ID: '' },
      /^SCW_NAMESPACE_ID and SCW_APPLICATION_ID are both unset or empty/,
    ],
    [
      'blank ids',
      { SCW_NAMESPACE_ID: ' ', SCW_APPLICATION_ID: '\t' },
      /^SCW_NAMESPACE_ID and SCW_APPLICATION_ID are both unset or empty/,
    ],
    ['an id in quotes', { SCW_NAMESPACE_ID: `"${namespaceId}"` }, /^SCW_NAMESPACE_ID has quotes, blanks/],
    ['an id with a line break', { SCW_APPLICATION_ID: `${namespaceId}\n` }, /^SCW_APPLICATION_ID has quotes, blanks/],
    ['an id after a byte order mark', { SCW_APPLICATION_ID: `\uFEFF${namespaceId}` }, /^SCW_APPLICATION_ID has quotes/],
  ])('with %s does not boot, and says what to do', async (_name, variables, message) => {
    const error = await withRunner(undefined, () => errorWith(variables));
    expect(error.message).toMatch(message);
    expect(error.message).toContain('npx nestjs-scaleway-auth dev -- <your command>');
    expect(error.message).toMatch(/[Dd]eployed/);
    expect(error.stack).toBe(error.message);
    expect(error.name).toBe('ScalewayAuthConfigurationError');
    for (const value of Object.values(variables).filter((each) => each !== undefined && each.trim() !== ''))
      for (const line of value!.split('\n').filter((part) => part.length > 8))
        expect(error.message).not.toContain(line);
  });
  it.each([
    ['SCW_PUBLIC', true],
    ['SCW_PUBLIC', false],
    ['SCW_PUBLIC', 1],
    ['SCW_PUBLIC', null],
    ['SCW_PUBLIC', ['true']],
    ['SCW_PUBLIC', Object('true')],
    ['SCW_PUBLIC_KEY', 4711],
    ['SCW_PUBLIC_KEY', Buffer.from(publicKeyPem)],
    ['SCW_PUBLIC_KEY', { key: publicKeyPem }],
    ['SCW_NAMESPACE_ID', 4711],
    ['SCW_NAMESPACE_ID', { toString: () => namespaceId }],
    ['SCW_APPLICATION_ID', 4711],
    ['SCW_APPLICATION_ID', Symbol('id')],
  ])('does not boot when %s is no string', async (name, value) => {
    const error = await errorWith({ [name]: value });
    const kind = value === null ? 'null' : `of type ${typeof value}`;
    expect(error.message).toBe(
      `${name} must be a string, as in process.env, but is ${kind}. Pass the variable without converting it.`,
    );
    expect(error.stack).toBe(error.message);
  });
  it.each(['SCW_PUBLIC_KEY', 'SCW_NAMESPACE_ID', 'SCW_APPLICATION_ID'])(
    'does not boot as a public one either when %s is no string',
    async (name) => {
      expect((await errorWith({ SCW_PUBLIC: 'true', [name]: 1 })).message).toMatch(
        new RegExp(`^${name} must be a string`),
      );
    },
  );

  it('keeps an id as it is, byte for byte', () => {
    expect(readContainerIdentity({ ...environment, SCW_NAMESPACE_ID: 'A-ä_1' })).toMatchObject({
      namespaceId: 'A-ä_1',
    });
  });
  it('is frozen, and holds no PEM', () => {
    const identity = readContainerIdentity(environment);
    expect(Object.isFrozen(identity)).toBe(true);
    expect(JSON.stringify(identity)).not.toContain('BEGIN');
  });
  it('is the same as another when ids and key are, however the key was written', () => {
    const identity = readContainerIdentity(environment);
    const same = (variables: object) => sameIdentity(identity, readContainerIdentity({ ...environment, ...variables }));
    expect(same({})).toBe(true);
    expect(same({ SCW_PUBLIC_KEY: spki, SCW_PUBLIC: 'no' })).toBe(true);
    expect(same({ SCW_PUBLIC_KEY: foreignPublicKeyPem })).toBe(false);
    expect(same({ SCW_NAMESPACE_ID: 'x' })).toBe(false);
    expect(same({ SCW_APPLICATION_ID: '' })).toBe(false);
    expect(same({ SCW_PUBLIC: 'true' })).toBe(false);
    expect(sameIdentity({ public: true }, { public: true })).toBe(true);
    expect(sameIdentity({ public: true }, identity)).toBe(false);
    expect(sameIdentity(identity, { public: true })).toBe(false);
  });
});

describe.each(platforms)('the log at boot, on %s', (platform) => {
  const warningsWith = async (variables: object): Promise<string[]> => {
    const running = await startApp(platform, rootModule({ imports: [withVariables({ ...variables })] }));
    await running.close();
    expect(JSON.stringify(running.logs)).not.toContain(namespaceId);
    return running.logs.filter(({ level }) => level === 'warn').map(({ message }) => String(message));
  };

  it.each([undefined, '', ' '])('warns when SCW_NAMESPACE_ID is %j', async (value) => {
    expect(await warningsWith({ SCW_NAMESPACE_ID: value })).toEqual([
      expect.stringMatching(/^SCW_NAMESPACE_ID is unset or empty/),
    ]);
  });
  it.each([undefined, '', ' '])('warns when SCW_APPLICATION_ID is %j', async (value) => {
    expect(await warningsWith({ SCW_APPLICATION_ID: value })).toEqual([
      expect.stringMatching(/^SCW_APPLICATION_ID is unset or empty/),
    ]);
  });
  it('warns of nothing when both are there, nor in a public container', async () => {
    expect(await warningsWith({})).toEqual([]);
    expect(await warningsWith({ SCW_PUBLIC: 'true', SCW_NAMESPACE_ID: '' })).toEqual([]);
  });
});
