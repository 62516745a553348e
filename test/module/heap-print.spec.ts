import { inspect } from 'node:util';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScalewayJwtStrategy,
  ScalewayRevocations,
  ScalewayTokenVerifier,
} from 'nestjs-scaleway-auth';
import { AUTH_SETTINGS } from '../../lib/module/auth-settings.provider.js';
import { REFUSAL_LOG } from '../../lib/refusal/refusal-log.js';
import { boot } from '../support/boot.js';
import { environment, publicKeyPem, token } from '../support/issuer.js';

it('nothing that the module provides shows a token or a key, however deep one looks', async () => {
  const app = await boot(ScalewayAuthModule.forRoot({ environment }));
  const sent = token();
  const revoked = token();
  const verifier = app.get(ScalewayTokenVerifier);
  await app.get(ScalewayRevocations).revoke({ token: revoked });
  expect(verifier.verifySync(sent).accepted).toBe(true);
  expect(verifier.verifySync(revoked).accepted).toBe(false);

  const provided = [
    ScalewayAuthGuard,
    ScalewayJwtStrategy,
    ScalewayTokenVerifier,
    ScalewayRevocations,
    AUTH_SETTINGS,
    REFUSAL_LOG,
  ].map((each) => app.get<object>(each));
  const print = inspect(provided, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });
  const secrets = [sent, revoked].flatMap((text) => text.split('.').slice(1));
  for (const secret of [...secrets, ...publicKeyPem.split('\n').slice(1, 4)]) expect(print).not.toContain(secret);
  await app.close();
});
