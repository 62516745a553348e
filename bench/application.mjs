import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { contestant } from './contestants/index.mjs';

/** Decorators without a compiler. */
function decorate(target, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  for (const decorator of decorators) decorator(target.prototype, name, descriptor);
}

/** A Nest application with an open route and, unless the contestant has no guard, the same route guarded. */
export async function createApplication({ name, platform, bits, cacheSize }) {
  const { imports = [], providers = [], guard } = await (await contestant(name)).wire({ bits, cacheSize });

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

async function adapterOf(platform) {
  if (platform === 'fastify') return new (await import('@nestjs/platform-fastify')).FastifyAdapter();
  return new (await import('@nestjs/platform-express')).ExpressAdapter();
}
