import type { INestApplicationContext } from '@nestjs/common';
import { ScalewayAuthModule, ScalewayRevocations, ScalewayTokenVerifier } from 'nestjs-scaleway-auth';
import { boot } from '../support/boot.js';
import { environment, foreignKey, forApplication, token } from '../support/issuer.js';

describe("an application's deny list", () => {
  let app: INestApplicationContext;
  beforeEach(async () => {
    app = await boot(ScalewayAuthModule.forRoot({ environment }));
  });
  afterEach(() => app.close());

  it('takes a genuine token of this container', async () => {
    const leaked = token();
    await app.get(ScalewayRevocations).revoke({ token: leaked });
    expect(app.get(ScalewayTokenVerifier).verifySync(leaked)).toMatchObject({ accepted: false, reason: 'revoked' });
  });
  it.each([
    ['with another signature', token({}, foreignKey), 'bad_signature'],
    ['for another container', token(forApplication('other')), 'wrong_application'],
  ])('takes no token %s, which is likely pasted by mistake', async (_name, foreign, reason) => {
    const error = await app
      .get(ScalewayRevocations)
      .revoke({ token: foreign })
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(reason);
    expect(String(error)).not.toContain(foreign);
  });
});
