import { pbkdf2 } from 'node:crypto';
import { ScalewayAuthModule, ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { boot } from '../support/boot.js';
import { environment, foreignKey, token } from '../support/issuer.js';

it('waits a quarter of a second at most for a thread of the pool, which the application may keep busy', async () => {
  const app = await boot(ScalewayAuthModule.forRoot({ environment }));
  const verifier = app.get(ScalewayTokenVerifier);
  const seconds = 2;
  const end = performance.now() + seconds * 1000;
  // As a login route does that hashes passwords, one after the other on each thread.
  const hash = (): Promise<void> =>
    new Promise((resolve) => {
      pbkdf2('password', 'salt', 100_000, 64, 'sha512', () => resolve(performance.now() < end ? hash() : undefined));
    });
  const hashing = Promise.all(Array.from({ length: 12 }, hash));
  try {
    verifier.verifySync(token({}, foreignKey));
    const tokens = Array.from({ length: 4 }, () => token());
    const start = performance.now();
    const verdicts = await Promise.all(tokens.map(async (each) => verifier.verify(each)));
    expect(verdicts.map(({ accepted }) => accepted)).toEqual([true, true, true, true]);
    expect(performance.now() - start).toBeLessThan(1000);
    // What was given up is not verified again, and the pool is used again.
    await hashing;
    verifier.verifySync(token({}, foreignKey));
    await expect(Promise.resolve(verifier.verify(token({}, foreignKey)))).resolves.toMatchObject({ accepted: false });
  } finally {
    await hashing;
    await app.close();
  }
}, 20_000);
