import { jest } from '@jest/globals';
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScalewayAuthConfigurationError } from 'nestjs-scaleway-auth';
import { rootModule } from './app.js';

/** Keeps from the terminal what is printed to stderr meanwhile. */
export async function muted<T>(work: () => Promise<T>): Promise<T> {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    return await work();
  } finally {
    stderr.mockRestore();
  }
}

/** Boots an application without a server; what it prints to stderr is kept from the terminal. */
export async function boot(
  ...imports: (DynamicModule | Promise<DynamicModule> | Type)[]
): Promise<INestApplicationContext> {
  const root = rootModule({ imports });
  return muted(() => NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }));
}

/** The error with which an application refuses to boot, which must be one that we have worded. */
export async function bootError(
  ...imports: (DynamicModule | Promise<DynamicModule> | Type)[]
): Promise<ScalewayAuthConfigurationError> {
  let error: unknown;
  try {
    await (await boot(...imports)).close();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ScalewayAuthConfigurationError);
  return error as ScalewayAuthConfigurationError;
}
