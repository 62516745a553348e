import { randomBytes, randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { environmentOf } from '../../scripts/tooling/keys.mjs';

export const label = 'nestjs-scaleway-auth';

/**
 * The built library, by its path: what npm would install.
 *
 * @returns {Promise<typeof import('nestjs-scaleway-auth')>}
 */
const built = () => import(new URL('../../dist/esm/index.js', import.meta.url).href);

/**
 * @typedef {object} Options
 * @property {number} bits
 * @property {number} [cacheSize]
 */

/** @param {Options} options */
export async function wire({ bits, ...rest }) {
  const { ScalewayAuthModule, ScalewayAuthGuard } = await built();
  const options = { environment: environmentOf(bits), ...rest };
  return { imports: [ScalewayAuthModule.forRoot(options)], guard: ScalewayAuthGuard };
}

/**
 * The verifier and the whole guard of an application that does not listen, with the clean-up.
 *
 * @param {Options & { revoked?: number }} options `revoked`: how many other tokens are revoked
 */
export async function inIsolation({ revoked = 0, ...options }) {
  const { ScalewayTokenVerifier, ScalewayAuthGuard, ScalewayRevocations } = await built();
  const { imports } = await wire(options);
  class Application {}
  const module = { module: Application, imports };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  const revocations = app.get(ScalewayRevocations);
  // Of each kind that a request is compared with, none of them about a token of this benchmark.
  for (let i = 0; i < revoked; i += 2) {
    await revocations.revoke({ tokenId: randomUUID() });
    await revocations.revoke({ fingerprint: randomBytes(32).toString('hex') });
  }
  if (revoked > 0) await revocations.revoke({ issuedBefore: new Date(Date.UTC(2001)) });
  const verifier = app.get(ScalewayTokenVerifier);
  const guard = app.get(ScalewayAuthGuard);
  const contextOf = contexts();
  return {
    /** @param {import('./index.mjs').MeasuredRequest} request */
    check: (request) => verifier.verifySync(request).accepted,
    /** @param {import('./index.mjs').MeasuredRequest} request */
    guard: (request) => guard.canActivate(contextOf(request)),
    close: () => app.close(),
  };
}

/** Makes what Nest gives to a guard: as much of it as guards look at. */
function contexts() {
  class Controller {
    guarded() {}
  }
  class Context {
    /** @param {unknown} request */
    constructor(request) {
      this.request = request;
    }

    getType() {
      return 'http';
    }

    getClass() {
      return Controller;
    }

    getHandler() {
      return Controller.prototype.guarded;
    }

    switchToHttp() {
      return { getRequest: () => this.request, getResponse: () => undefined };
    }
  }
  /**
   * @param {unknown} request
   * @returns {any}
   */
  return (request) => new Context(request);
}
