import 'reflect-metadata';
import type { ServerResponse } from 'node:http';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, await httpAdapter());

// Loaded here and not above: a container without the page does not wait for what it needs.
if (process.env['DOCS'] !== 'off') (await import('./docs.js')).serveDocs(app);

// Scaleway sends SIGTERM before it takes an instance away: requests that are under way are answered first.
app.enableShutdownHooks();
// Without this, clients that keep their connections busy would be served until Scaleway cuts them off.
let stopping = false;
process.once('SIGTERM', () => (stopping = true));
app.use((_request: unknown, response: ServerResponse, next: () => void) => {
  if (stopping) response.setHeader('Connection', 'close');
  next();
});
await app.listen(port(), '0.0.0.0');

/** Express, or Fastify with HTTP_PLATFORM=fastify. A container of your own needs only one of the two. */
async function httpAdapter(): Promise<AbstractHttpAdapter> {
  const platform = process.env['HTTP_PLATFORM'] ?? 'express';
  if (platform === 'express') return new (await import('@nestjs/platform-express')).ExpressAdapter();
  // Requests that come in while it closes are answered like the others, not with 503.
  if (platform === 'fastify')
    return new (await import('@nestjs/platform-fastify')).FastifyAdapter({ return503OnClosing: false });
  throw new Error('HTTP_PLATFORM must be "express" or "fastify".');
}

/** Scaleway says in PORT where it expects the container to listen. */
function port(): number {
  const value = process.env['PORT'] || '8080';
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new Error('PORT must be a number from 0 to 65535.');
  return Number(value);
}
