// An application whose logger prints nothing, or what the environment asks for.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';

class AppModule {}
Module({ imports: [ScalewayAuthModule.forRoot(JSON.parse(process.env.OPTIONS ?? '{}'))] })(AppModule);

const silent = Object.fromEntries(
  ['log', 'warn', 'error', 'debug', 'verbose', 'fatal'].map((level) => [level, () => {}]),
);
const logger = { false: false, silent, levels: ['log'], buffered: undefined }[process.env.LOGGER];
await NestFactory.create(AppModule, { logger, bufferLogs: process.env.LOGGER === 'buffered' });
console.log('booted');
