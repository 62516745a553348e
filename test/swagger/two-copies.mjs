// An application whose guard is of the ESM copy of the built package, and its Swagger helper of both: prints its document.
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import * as esm from 'nestjs-scaleway-auth/swagger';

const commonJs = createRequire(import.meta.url)('nestjs-scaleway-auth/swagger');

class Orders {
  list() {}
}
UseGuards(ScalewayAuthGuard)(Orders);
Controller('orders')(Orders);
Get()(Orders.prototype, 'list', Object.getOwnPropertyDescriptor(Orders.prototype, 'list'));

class Root {}
Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [Orders] })(Root);

const app = await NestFactory.create(Root, { logger: false });
const documents = [commonJs, esm].map(({ addScwSecurity }) =>
  SwaggerModule.createDocument(app, addScwSecurity(new DocumentBuilder()).build()),
);
console.log(JSON.stringify({ differ: commonJs.addScwSecurity !== esm.addScwSecurity, documents }));
await app.close();
