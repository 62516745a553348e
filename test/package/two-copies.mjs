// An application of ES modules, a library of which brings the module too, as CommonJS: two copies of this package.
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import * as own from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';

const library = createRequire(import.meta.url)('nestjs-scaleway-auth');
const issuer = createScalewayTestIssuer();
const forRoot = (copy) => copy.ScalewayAuthModule.forRoot({ environment: issuer.environment });

class Orders {
  list() {
    return 'orders';
  }
}
const list = Object.getOwnPropertyDescriptor(Orders.prototype, 'list');
Get(['/'])(Orders.prototype, 'list', list);
const routes = [own.ScalewayAuthGuard, library.ScalewayAuthGuard, AuthGuard(own.SCALEWAY_JWT)].map((guard, i) => {
  class Route extends Orders {}
  Controller(`route-${i}`)(Route);
  UseGuards(guard)(Route);
  return Route;
});

const results = [];
for (const order of [
  [own, library],
  [library, own],
]) {
  class LibraryModule {}
  Module({ imports: [forRoot(order[0])] })(LibraryModule);
  class AppModule {}
  Module({ imports: [LibraryModule, forRoot(order[1])], controllers: routes })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const statuses = async (token) => {
    const answers = routes.map((_, i) => fetch(`${url}/route-${i}`, { headers: { 'X-Auth-Token': token } }));
    return (await Promise.all(answers)).map(({ status }) => status).join(' ');
  };
  for (const copy of [own, library]) {
    const token = issuer.token();
    const before = await statuses(token);
    await app.get(copy.ScalewayRevocations).revoke({ token });
    results.push([before, await statuses(token), await statuses(issuer.forged())]);
  }
  await app.close();
}

/** A copy of passport that a nested package may have. */
const registry = () => ({
  strategies: {},
  use(name, it) {
    this.strategies[name] = it;
  },
  unuse(name) {
    delete this.strategies[name];
  },
});
const nested = registry();
const registries = globalThis[Symbol.for('nestjs-scaleway-auth:passports')];
registries.add(nested);
const started = [];
for (const copy of [own, library]) {
  class AppModule {}
  const { environment } = createScalewayTestIssuer();
  Module({ imports: [copy.ScalewayAuthModule.forRoot({ environment })] })(AppModule);
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.init();
  started.push(app);
}
const challenge = await new Promise((resolve) => {
  const strategy = Object.create(nested.strategies[own.SCALEWAY_JWT]);
  Object.assign(strategy, { fail: (_challenge, status) => resolve(status), success: () => resolve('in') });
  strategy.authenticate({ headers: {} });
});
await started[1].close();
const alone = nested.strategies[own.SCALEWAY_JWT] === started[0].get(own.ScalewayJwtStrategy);
await started[0].close();
console.log(JSON.stringify({ results, nested: [challenge, alone, Object.keys(nested.strategies)] }));
