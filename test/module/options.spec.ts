import { ScalewayAuthModule, type ScalewayAuthOptions } from 'nestjs-scaleway-auth';
import { boot, bootError } from '../support/boot.js';
import { environment } from '../support/issuer.js';

type Wrong = Record<string, unknown>;
const forRoot = (options: Wrong) => ScalewayAuthModule.forRoot({ environment, ...options } as ScalewayAuthOptions);
const forRootAsync = (options: unknown) => ScalewayAuthModule.forRootAsync(options as never);

const notBooleans = [0, 1, 'true', '', null, {}];
const notNames = ['x', '', 'X-A,X-B', 'X A', 'X-A:', 'Größe', 'X-A\n', null, 1, {}, undefined];

const wrong: [string, unknown][] = [
  ...['requireExpiry', 'requireIssuer', 'requireAudience', 'isGlobal', 'protectAllRoutes'].flatMap((name) =>
    notBooleans.map((value): [string, unknown] => [name, value]),
  ),
  ...['issuer', 'audience'].flatMap((name) =>
    ['', null, 1, true, [], ['functions'], /x/].map((value): [string, unknown] => [name, value]),
  ),
  ...[0, -1, 1.5, '8192', null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60].map((value): [string, unknown] => [
    'maxTokenLength',
    value,
  ]),
  ...[-1, 1.5, '8', null, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60].map((value): [string, unknown] => [
    'cacheSize',
    value,
  ]),
  ...[-1, 3601, '5', null, Number.NaN, Number.POSITIVE_INFINITY, true].map((value): [string, unknown] => [
    'clockTolerance',
    value,
  ]),
  ...[0, -1, '60', null, Number.NaN, Number.POSITIVE_INFINITY, true].map((value): [string, unknown] => [
    'maxTokenAge',
    value,
  ]),
  ...[
    [],
    'X-Auth-Token',
    {},
    null,
    ['X-A', 'x-a'],
    ['Cookie'],
    ['COOKIE', 'X-A'],
    ...notNames.slice(1).map((name) => [name]),
  ].map((value): [string, unknown] => ['headers', value]),
  ...['text', null, 1, true].map((value): [string, unknown] => ['environment', value]),
  ...[
    'enviroment',
    'secretOrKey',
    'ignoreExpiration',
    'algorithms',
    'publicKey',
    'jwtFromRequest',
    'clockTolerence',
    'toString',
    '__proto_',
  ].map((name): [string, unknown] => [name, true]),
];

describe('a wrong option stops the boot, and is named', () => {
  it.each(wrong)('%s: %p, in forRoot', async (name, value) => {
    const error = await bootError(forRoot({ [name]: value }));
    expect(error.message).toMatch(new RegExp(`\\b${name}\\b`));
    expect(error.stack).toBe(error.message);
  });
  it.each(wrong.filter(([name]) => name !== 'isGlobal' && name !== 'protectAllRoutes'))(
    '%s: %p, in what useFactory returns',
    async (name, value) => {
      const error = await bootError(forRootAsync({ useFactory: () => ({ environment, [name]: value }) }));
      expect(error.message).toMatch(new RegExp(`\\b${name}\\b`));
    },
  );
  it.each([null, 1, 'text', true])('forRoot(%p)', async (options) => {
    expect((await bootError(ScalewayAuthModule.forRoot(options as never))).message).toMatch(
      /take an object of options/,
    );
  });
  it.each([undefined, null, 1, 'text', []])('useFactory returns %p', async (returned) => {
    expect((await bootError(forRootAsync({ useFactory: () => returned }))).message).toMatch(/must be an object/);
  });
  it.each([undefined, null, 'text'])('forRootAsync(%p)', async (options) => {
    expect((await bootError(forRootAsync(options))).message).toMatch(/take an object of options/);
  });
  it('forRootAsync without a factory', async () => {
    expect((await bootError(forRootAsync({}))).message).toMatch(/needs useFactory, useClass or useExisting/);
  });
});

it('an error that is not of the settings passes as it is', async () => {
  const broken = {
    get SCW_PUBLIC(): string {
      throw new RangeError('The vault is closed.');
    },
  };
  await expect(boot(forRoot({ environment: broken }))).rejects.toThrow(new RangeError('The vault is closed.'));
});

describe('what stands beside a factory', () => {
  it.each(['isGlobal', 'protectAllRoutes', 'graphqlGateway'])(
    '%s returned by a factory stops the boot, and is told where it belongs',
    async (name) => {
      for (const value of [true, false]) {
        const error = await bootError(forRootAsync({ useFactory: () => ({ environment, [name]: value }) }));
        expect(error.message).toMatch(new RegExp(`${name} is given beside useFactory`));
      }
    },
  );
  it.each(['isGlobal', 'protectAllRoutes'])('%s beside a factory must be true or false', async (name) => {
    const error = await bootError(forRootAsync({ useFactory: () => ({ environment }), [name]: 'yes' }));
    expect(error.message).toMatch(new RegExp(`${name} must be true or false`));
  });
  it.each(['environment', 'requireExpiry', 'useFactroy'])('%s beside a factory stops the boot', async (name) => {
    const error = await bootError(forRootAsync({ useFactory: () => ({ environment }), [name]: {} }));
    expect(error.message).toContain(name);
  });
});

describe('a fit option boots', () => {
  it.each<[string, unknown]>([
    ['cacheSize', 0],
    ['cacheSize', 1],
    ['clockTolerance', 0],
    ['clockTolerance', 3600],
    ['clockTolerance', 0.5],
    ['maxTokenAge', 0.5],
    ['maxTokenAge', 86_400 * 365],
    ['maxTokenLength', 1],
    ['headers', ['X-Auth-Token']],
    ['headers', Object.freeze(['authorization', 'SCW_FUNCTIONS_TOKEN'])],
    ['issuer', 'x'],
    ['audience', 'x'],
    ['graphqlGateway', 'context'],
    ['graphqlGateway', undefined],
    ...[
      'clockTolerance',
      'maxTokenAge',
      'maxTokenLength',
      'headers',
      'issuer',
      'audience',
      'requireExpiry',
      'isGlobal',
    ].map((name): [string, unknown] => [name, undefined]),
  ])('%s: %p', async (name, value) => {
    await (await boot(forRoot({ [name]: value }))).close();
  });
  it('isGlobal: undefined means what leaving it out means', () => {
    expect(ScalewayAuthModule.forRoot({ isGlobal: undefined } as never).global).toBe(true);
  });
});
