import type { INestApplicationContext, WebSocketAdapter } from '@nestjs/common';
import { DocumentBuilder } from '@nestjs/swagger';
import { expectTypeOf } from 'expect-type';
import { addScwSecurity } from 'nestjs-scaleway-auth/swagger';
import { ScwWsAdapter } from 'nestjs-scaleway-auth/ws';

declare const app: INestApplicationContext;
expectTypeOf(new ScwWsAdapter(app)).toExtend<WebSocketAdapter>();
// It gives the builder back, so that calls can be chained.
expectTypeOf(addScwSecurity(new DocumentBuilder())).toExtend<DocumentBuilder>();
