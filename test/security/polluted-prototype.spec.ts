import {
  ScalewayAuthModule,
  type ScalewayAuthOptions,
  ScalewayTokenVerifier,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { boot, bootError } from '../support/boot.js';
import { applicationId, environment, foreignKey, forApplication, now, token } from '../support/issuer.js';

/** What a naive merge of `{"__proto__": {...}}` does to the whole process. */
async function polluted<T>(members: Record<string, unknown>, work: () => T | Promise<T>): Promise<T> {
  Object.assign(Object.prototype, members);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(members)) Reflect.deleteProperty(Object.prototype, name);
  }
}

describe('where a library lets strangers write to Object.prototype', () => {
  const claims = { scope: 'application', applicationId } as ScwTokenClaims;
  it.each<[string, Record<string, unknown>]>([
    ['accepted', { accepted: true, claims }],
    // oxlint-disable-next-line unicorn/no-thenable -- a promise is told by more
    ['then', { then: 1, accepted: true, claims }],
    ['times', { exp: 9e9, iat: 1, nbf: 1 }],
    ['ids', { namespace_id: 'x', application_id: applicationId }],
    ['public', { public: true }],
    ['SCW_PUBLIC', { SCW_PUBLIC: 'true' }],
    ['isPublic', { isPublic: true, isOptional: true }],
    ['a header', { 'x-auth-token': token() }],
  ])('a bad token stays refused: %s', async (_name, members) => {
    const app = await boot(ScalewayAuthModule.forRoot({ environment, requireExpiry: true }));
    const verifier = app.get(ScalewayTokenVerifier);
    const bad = [
      token({}, foreignKey),
      token({ exp: undefined }),
      token(forApplication('other')),
      token({ application_claim: [{}] }),
      token({ exp: now() - 1 }),
      'rubbish',
      { headers: {} },
    ];
    await polluted(members, async () => {
      for (const each of bad) {
        expect(verifier.verifySync(each)).toMatchObject({ accepted: false });
        expect(await verifier.verify(each)).toMatchObject({ accepted: false });
      }
    });
    for (const each of bad) expect(verifier.verifySync(each)).toMatchObject({ accepted: false });
    await app.close();
  });

  it.each([undefined, environment])('no variable and no option comes from there', async (given) => {
    const unset = { ...given, SCW_PUBLIC: undefined, SCW_PUBLIC_KEY: undefined };
    delete unset.SCW_PUBLIC;
    const error = await polluted({ SCW_PUBLIC: 'true' }, () =>
      bootError(ScalewayAuthModule.forRoot(given === undefined ? {} : { environment: unset })),
    );
    expect(error.message).toContain('SCW_PUBLIC_KEY is not set');
    const other = await polluted({ environment: { SCW_PUBLIC: 'true' } }, () =>
      bootError(ScalewayAuthModule.forRoot()),
    );
    expect(other.message).toContain('SCW_PUBLIC_KEY is not set');
  });
});

describe('options that a class has', () => {
  class Options implements ScalewayAuthOptions {
    environment = environment;
    get requireExpiry(): boolean {
      return true;
    }
  }
  it.each<[string, object]>([
    ['accessors', new Options()],
    ['a base object', Object.create({ environment, requireExpiry: true }) as object],
  ])('count as others do: %s', async (_name, options) => {
    for (const module of [
      ScalewayAuthModule.forRoot(options),
      ScalewayAuthModule.forRootAsync({ useFactory: () => options }),
    ]) {
      const app = await boot(module);
      expect(app.get(ScalewayTokenVerifier).verifySync(token({ exp: undefined }))).toMatchObject({
        reason: 'no_expiry',
      });
      await app.close();
    }
  });
  it('stop the boot when they are unknown or wrong', async () => {
    class Unknown extends Options {
      get requireExpiri(): boolean {
        return true;
      }
    }
    class Wrong extends Options {
      get cacheSize(): number {
        return -5;
      }
    }
    for (const options of [new Unknown(), new Wrong()]) {
      const name = options instanceof Unknown ? 'requireExpiri' : 'cacheSize';
      expect((await bootError(ScalewayAuthModule.forRoot(options))).message).toContain(name);
      expect((await bootError(ScalewayAuthModule.forRootAsync({ useFactory: () => options }))).message).toContain(name);
    }
  });
});
