import { randomBytes, randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { environmentOf } from '../subject/keys.mjs';

export const label = 'nestjs-scaleway-auth';

/** The built library, by its path: what npm would install. */
const BUILT = new URL('../../dist/esm/index.js', import.meta.url);

export async function wire({ bits, cacheSize }) {
  const { ScalewayAuthModule, ScalewayAuthGuard } = await import(BUILT);
  const options = { environment: environmentOf(bits) };
  if (cacheSize !== undefined) options.cacheSize = cacheSize;
  return { imports: [ScalewayAuthModule.forRoot(options)], guard: ScalewayAuthGuard };
}

/** The verifier and the guard of an application that does not listen, with the clean-up. */
export async function inIsolation({ bits, cacheSize, revoked = 0 }) {
  const { ScalewayTokenVerifier, ScalewayAuthGuard, ScalewayRevocations } = await import(BUILT);
  const { imports } = await wire({ bits, cacheSize });
  class Application {}
  const module = { module: Application, imports };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  const revocations = app.get(ScalewayRevocations);
  // Of each kind that a request is compared with, none of them about a token of this benchmark.
  for (let i = 0; i < revoked; i += 2) {
    await revocations.revoke({ tokenId: randomUUID() });
    await revocations.revoke({ fingerprint: randomBytes(32).toString('hex') });
  }
  if (revoked > 0) await revocations.revoke({ issuedBefore: new Date(0) });
  return { verifier: app.get(ScalewayTokenVerifier), guard: app.get(ScalewayAuthGuard), close: () => app.close() };
}
