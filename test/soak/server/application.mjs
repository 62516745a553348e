import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Module, Req, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { SCALEWAY_JWT, ScalewayAuthGuard, ScalewayAuthModule, ScwClaims } from 'nestjs-scaleway-auth';
import { adapterOf, decorate } from '../../../scripts/tooling/nest.mjs';
import { environmentOf } from '../../../scripts/tooling/keys.mjs';

/** How long the slow route takes, in milliseconds: long enough for hundreds of others to be answered meanwhile. */
const SLOW = 300;

/**
 * A private container that answers every caller with the id of the token that was sent.
 *
 * @param {string} platform
 * @param {import('./drain.mjs').Drain} drain
 */
export async function createApplication(platform, drain) {
  class CallerController {
    /** @param {import('nestjs-scaleway-auth').ScwTokenClaims} caller */
    who(caller) {
      return { jti: caller.tokenId };
    }

    /**
     * Under way at any moment, so that there is something to lose at SIGTERM.
     *
     * @param {import('nestjs-scaleway-auth').ScwTokenClaims} caller
     */
    async slow(caller) {
      await delay(SLOW);
      return { jti: caller.tokenId };
    }
  }
  for (const name of ['who', 'slow']) {
    decorate(CallerController, name, Get(name));
    ScwClaims()(CallerController.prototype, name, 0);
  }
  UseGuards(ScalewayAuthGuard)(CallerController);
  Controller()(CallerController);

  // The other way to guard a route, through passport's registry of strategies.
  class PassportController {
    /** @param {{ user: import('nestjs-scaleway-auth').ScwTokenClaims }} request */
    who({ user }) {
      return { jti: user.tokenId };
    }
  }
  decorate(PassportController, 'who', Get('passport'));
  Req()(PassportController.prototype, 'who', 0);
  UseGuards(AuthGuard(SCALEWAY_JWT))(PassportController);
  Controller()(PassportController);

  class ApplicationModule {}
  Module({
    imports: [ScalewayAuthModule.forRoot({ environment: environmentOf(4096) })],
    controllers: [CallerController, PassportController],
    providers: [{ provide: 'Drain', useValue: drain }],
  })(ApplicationModule);
  // Warnings too: what the module logs about refusals is part of what it costs.
  return NestFactory.create(ApplicationModule, await adapterOf(platform), { logger: ['error', 'warn'] });
}
