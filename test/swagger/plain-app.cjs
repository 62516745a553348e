// A CommonJS application without a compiler, for whatever Nest is installed beside it: prints its OpenAPI document.
require('reflect-metadata');
const { Controller, Get, Module, UseGuards } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { DocumentBuilder, SwaggerModule } = require('@nestjs/swagger');
const { ScalewayAuthGuard, ScalewayAuthModule, ScwOptional, ScwPublic } = require('nestjs-scaleway-auth');
const { addScwSecurity } = require('nestjs-scaleway-auth/swagger');

class Common {
  list() {}
}
decorate(Common, 'list', Get('list'));

class Guarded extends Common {
  exempt() {}
  optional() {}
}
UseGuards(ScalewayAuthGuard)(Guarded);
Controller('guarded')(Guarded);
decorate(Guarded, 'exempt', Get('exempt'), ScwPublic());
decorate(Guarded, 'optional', Get('optional'), ScwOptional());

class Open extends Common {}
Controller('open')(Open);

class Root {}
Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [Guarded, Open] })(Root);

async function main() {
  const app = await NestFactory.create(Root, { logger: false });
  const document = SwaggerModule.createDocument(app, addScwSecurity(new DocumentBuilder()).build());
  console.log(JSON.stringify(document));
  await app.close();
}
void main();

function decorate({ prototype }, method, ...decorators) {
  for (const each of decorators) each(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
}
