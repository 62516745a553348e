import { Injectable, type INestApplicationContext, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { ModulesContainer } from '@nestjs/core';
import {
  ScalewayAuthModule,
  type ScalewayAuthOptions,
  ScalewayJwtStrategy,
  ScalewayRevocations,
  ScalewayTokenVerifier,
} from 'nestjs-scaleway-auth';
import { boot, bootError } from '../support/boot.js';
import { environment, foreignKey, foreignPublicKeyPem, forNamespace, token } from '../support/issuer.js';
import { reasonOf } from '../support/verdicts.js';

const NAMES = ['SCW_PUBLIC', 'SCW_PUBLIC_KEY', 'SCW_NAMESPACE_ID', 'SCW_APPLICATION_ID'] as const;
const other = {
  ...environment,
  SCW_PUBLIC_KEY: foreignPublicKeyPem,
  SCW_NAMESPACE_ID: 'other',
  SCW_APPLICATION_ID: 'other',
};

let saved: NodeJS.ProcessEnv;
let app: INestApplicationContext | undefined;
beforeEach(() => {
  saved = { ...process.env };
  for (const name of NAMES) delete process.env[name];
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const name of NAMES) {
    delete process.env[name];
    if (saved[name] !== undefined) process.env[name] = saved[name];
  }
});

/** Whose tokens an application lets in: those of the environment, those of the other one, or everybody's. */
function letsIn(): string[] {
  const verifier = app!.get(ScalewayTokenVerifier);
  const tokens = { own: token(), other: token(forNamespace('other'), foreignKey) };
  return Object.entries(tokens)
    .filter(([, sent]) => verifier.verifySync(sent).accepted)
    .map(([name]) => name);
}

describe('forRoot', () => {
  it('reads process.env without an argument', async () => {
    Object.assign(process.env, environment);
    app = await boot(ScalewayAuthModule.forRoot());
    expect(letsIn()).toEqual(['own']);
  });
  it('reads process.env when the application boots, not when the module is imported or called', async () => {
    Object.assign(process.env, other);
    const module = ScalewayAuthModule.forRoot();
    Object.assign(process.env, environment);
    app = await boot(module);
    expect(letsIn()).toEqual(['own']);
    Object.assign(process.env, other);
    expect(letsIn()).toEqual(['own']);
  });
  it('reads the option environment instead of process.env', async () => {
    Object.assign(process.env, other);
    app = await boot(ScalewayAuthModule.forRoot({ environment }));
    expect(letsIn()).toEqual(['own']);
  });
  it.each(NAMES.filter((name) => name !== 'SCW_PUBLIC'))(
    'never takes %s from process.env when the option is there',
    async (name) => {
      Object.assign(process.env, environment);
      const { [name]: _, ...rest } = environment;
      if (name === 'SCW_PUBLIC_KEY') {
        expect((await bootError(ScalewayAuthModule.forRoot({ environment: rest }))).message).toMatch(
          /^SCW_PUBLIC_KEY is not set/,
        );
        return;
      }
      app = await boot(ScalewayAuthModule.forRoot({ environment: rest }));
      const verifier = app.get(ScalewayTokenVerifier);
      const id = environment[name];
      const claim = name === 'SCW_NAMESPACE_ID' ? { namespace_id: id } : { application_id: id };
      const verdict = verifier.verifySync(token({ application_claim: [claim] }));
      expect(reasonOf(verdict)).toBe(name === 'SCW_NAMESPACE_ID' ? 'wrong_namespace' : 'wrong_application');
    },
  );
  it('never takes SCW_PUBLIC from process.env when the option is there', async () => {
    process.env['SCW_PUBLIC'] = 'true';
    expect((await bootError(ScalewayAuthModule.forRoot({ environment: {} }))).message).toMatch(
      /^SCW_PUBLIC_KEY is not set/,
    );
  });
  it('ignores what else is in a whole process environment', async () => {
    app = await boot(
      ScalewayAuthModule.forRoot({ environment: { ...process.env, ...environment, SCW_SECRET_KEY: 'x' } as object }),
    );
    expect(letsIn()).toEqual(['own']);
  });
  it('keeps what it has read', async () => {
    const mutable = { ...environment };
    app = await boot(ScalewayAuthModule.forRoot({ environment: mutable }));
    Object.assign(mutable, other, { SCW_PUBLIC: 'true' });
    expect(letsIn()).toEqual(['own']);
  });
});

@Injectable()
class OptionsFactory {
  create(): ScalewayAuthOptions {
    return { environment };
  }
}

@Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
class OptionsModule {}

describe('forRootAsync', () => {
  it('reads the variables from ConfigService', async () => {
    app = await boot(
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => environment] }),
      ScalewayAuthModule.forRootAsync({
        inject: [ConfigService],
        useFactory: (config: ConfigService) => ({
          environment: Object.fromEntries(NAMES.map((name) => [name, config.get<string>(name)])),
        }),
      }),
    );
    expect(letsIn()).toEqual(['own']);
  });
  it('takes a promise', async () => {
    app = await boot(ScalewayAuthModule.forRootAsync({ useFactory: () => Promise.resolve({ environment }) }));
    expect(letsIn()).toEqual(['own']);
  });
  it('reads process.env when the factory returns no environment', async () => {
    Object.assign(process.env, environment);
    app = await boot(ScalewayAuthModule.forRootAsync({ useFactory: () => ({}) }));
    expect(letsIn()).toEqual(['own']);
  });
  it('takes useClass', async () => {
    app = await boot(ScalewayAuthModule.forRootAsync({ useClass: OptionsFactory }));
    expect(letsIn()).toEqual(['own']);
  });
  it('takes useExisting', async () => {
    app = await boot(ScalewayAuthModule.forRootAsync({ imports: [OptionsModule], useExisting: OptionsFactory }));
    expect(letsIn()).toEqual(['own']);
  });
  it('says what is wrong with a variable as forRoot does', async () => {
    const error = await bootError(ScalewayAuthModule.forRootAsync({ useFactory: () => ({ environment: {} }) }));
    expect(error.message).toMatch(/^SCW_PUBLIC_KEY is not set/);
  });
  it('lets an error of the factory through', async () => {
    const module = ScalewayAuthModule.forRootAsync({
      useFactory: () => {
        throw new Error('no vault');
      },
    });
    await expect(boot(module)).rejects.toThrow('no vault');
  });
  it('refuses a boolean that a schema has made of SCW_PUBLIC', async () => {
    const module = ScalewayAuthModule.forRootAsync({
      useFactory: () => ({ environment: { ...environment, SCW_PUBLIC: true as never } }),
    });
    expect((await bootError(module)).message).toMatch(/^SCW_PUBLIC must be a string/);
  });
});

describe('two ScalewayAuthModules in one application', () => {
  const library = (options?: ScalewayAuthOptions) => {
    @Module({ imports: [ScalewayAuthModule.forRoot(options)] })
    class LibraryModule {}
    return LibraryModule;
  };

  it.each<[string, ScalewayAuthOptions]>([
    ['a public container', { environment: { SCW_PUBLIC: 'true' } }],
    ['another namespace', { environment: { ...environment, SCW_NAMESPACE_ID: 'other' } }],
    ['another container', { environment: { ...environment, SCW_APPLICATION_ID: 'other' } }],
    ['another key', { environment: { ...environment, SCW_PUBLIC_KEY: foreignPublicKeyPem } }],
    ['other headers', { environment, headers: ['X-Other'] }],
    ['other rules', { environment, requireExpiry: true }],
    ['another deny list', { environment, revocation: { maxListAge: 3 } }],
  ])('do not boot when they differ: %s', async (_name, options) => {
    const own = ScalewayAuthModule.forRoot({ environment });
    for (const imports of [
      [own, library(options)],
      [library(options), own],
    ]) {
      const error = await bootError(...imports);
      expect(error.message).toMatch(/imported twice with different settings/);
      expect(error.stack).toBe(error.message);
    }
  });
  it('do not boot when the second reads another process.env', async () => {
    process.env['SCW_PUBLIC'] = 'true';
    expect((await bootError(ScalewayAuthModule.forRoot({ environment }), library())).message).toMatch(/imported twice/);
  });
  it('share what they have when they are equal', async () => {
    app = await boot(ScalewayAuthModule.forRoot({ environment }), library({ environment: { ...environment } }));
    expect(letsIn()).toEqual(['own']);
    for (const provided of [ScalewayTokenVerifier, ScalewayRevocations, ScalewayJwtStrategy]) {
      const wrappers = [...app.get(ModulesContainer).values()].map(({ providers }) => providers.get(provided));
      const instances = wrappers.filter((wrapper) => wrapper !== undefined).map(({ instance }) => instance as object);
      expect([instances.length, new Set(instances).size]).toEqual([2, 1]);
    }
  });
  it('share what they have when they say the same in other words', async () => {
    app = await boot(
      ScalewayAuthModule.forRoot({ environment }),
      library({
        environment: { ...environment, SCW_PUBLIC: 'False' },
        clockTolerance: 5,
        headers: ['x-auth-token', 'scw-functions-token', 'scw_functions_token', 'authorization'],
      }),
    );
    expect(letsIn()).toEqual(['own']);
  });
  it('in two applications do not meet', async () => {
    app = await boot(ScalewayAuthModule.forRoot({ environment }));
    const second = await boot(ScalewayAuthModule.forRoot({ environment: other }));
    expect(letsIn()).toEqual(['own']);
    await second.close();
  });
});
