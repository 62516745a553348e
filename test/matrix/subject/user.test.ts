// A user's own test, the same under jest and vitest, which both bring describe, it and expect as globals.
import type { INestApplication } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer, withScwClaims } from 'nestjs-scaleway-auth/testing';
import { OrdersController, StockController } from './controllers.js';

const issuer = createScalewayTestIssuer();
let app: INestApplication | undefined;

function testing(): TestingModuleBuilder {
  const auth = ScalewayAuthModule.forRoot({ environment: issuer.environment, protectAllRoutes: true });
  return Test.createTestingModule({ imports: [auth], controllers: [OrdersController, StockController] });
}

async function listen(builder: TestingModuleBuilder): Promise<string> {
  app = (await builder.compile()).createNestApplication({ logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

afterEach(() => app?.close());

describe.each(['orders', 'stock'])('%s', (path) => {
  it('are for this container alone', async () => {
    const url = await listen(testing());
    const statusOf = async (token: string) =>
      (await fetch(`${url}/${path}`, { headers: { 'X-Auth-Token': token } })).status;
    expect(await statusOf(issuer.token())).toBe(200);
    expect(await statusOf(issuer.expired())).toBe(401);
    expect(await statusOf(issuer.forOtherContainer())).toBe(403);
    expect((await fetch(`${url}/${path}`)).status).toBe(401);
    expect((await fetch(`${url}/${path}/health`)).status).toBe(200);
  });

  it('are listed to a caller of the choice of the test', async () => {
    const url = await listen(withScwClaims(testing(), { applicationId: 'billing' }));
    const answer = await fetch(`${url}/${path}`);
    expect(await answer.json()).toEqual({ scope: 'application' });
  });
});
