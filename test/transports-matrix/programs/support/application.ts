import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { type INestApplication, type LoggerService, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export const platform = process.argv[2] as 'express' | 'fastify';
export const nestMajor = Number(process.env['NEST_MAJOR']);

export const logs: unknown[] = [];
const keep = (message: unknown): void => void logs.push(message);
export const logger: LoggerService = { log: keep, warn: keep, error: keep, debug: keep, verbose: keep, fatal: keep };

export function moduleOf(metadata: ModuleMetadata): Type {
  class RootModule {}
  Module(metadata)(RootModule);
  return RootModule;
}

export const newAdapter = (options: object = {}) =>
  platform === 'express' ? new ExpressAdapter() : new FastifyAdapter(options);

export function createApp(metadata: ModuleMetadata, adapter = newAdapter()): Promise<INestApplication> {
  return NestFactory.create(moduleOf(metadata), adapter, { logger, abortOnError: false });
}

export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The message with which something does not start; `started` when it does. */
export async function bootError(work: () => unknown): Promise<string> {
  const { write } = process.stderr;
  process.stderr.write = () => true;
  try {
    await work();
    return 'started';
  } catch (error) {
    return (error as Error).message;
  } finally {
    process.stderr.write = write;
  }
}
