// How long one import takes in a process that has loaded Nest already, as every application has.
import 'reflect-metadata';
import { performance } from 'node:perf_hooks';

/** @type {string[]} */
const specifiers = JSON.parse(process.argv[2] ?? '');
for (const present of ['@nestjs/common', '@nestjs/core', '@nestjs/platform-fastify']) await import(present);
const start = performance.now();
for (const specifier of specifiers) await import(specifier);
process.send?.({ milliseconds: performance.now() - start });
