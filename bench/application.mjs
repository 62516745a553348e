import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { adapterOf, decorate } from '../scripts/tooling/nest.mjs';
import { wiringOf } from './contestants/index.mjs';

/**
 * A Nest application with an open route and, unless the contestant has no guard, the same route guarded.
 *
 * @param {import('./processes.mjs').ServerArgument} argument
 */
export async function createApplication({ name, platform, bits }) {
  const { imports = [], providers = [], guard } = await wiringOf(name, bits);

  class ProbeController {
    open() {
      return { ok: true };
    }

    guarded() {
      return { ok: true };
    }
  }
  decorate(ProbeController, 'open', Get('open'));
  decorate(ProbeController, 'guarded', Get('guarded'), ...(guard === undefined ? [] : [UseGuards(guard)]));
  Controller()(ProbeController);

  class ApplicationModule {}
  Module({ imports, providers, controllers: [ProbeController] })(ApplicationModule);
  return NestFactory.create(ApplicationModule, await adapterOf(platform), { logger: ['error', 'warn'] });
}
