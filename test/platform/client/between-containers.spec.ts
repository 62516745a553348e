import { Controller, Get, Injectable, UseGuards, type DynamicModule, type Provider } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';
import {
  LocalScalewayPlatform,
  ScalewayTokenClient,
  ScalewayTokenSource,
  type LocalContainer,
} from 'nestjs-scaleway-auth/platform';
import { platforms, rootModule, startApp, type Platform, type RunningApp } from '../../support/app.js';
import { quickKeyPair } from '../local/support.js';

@UseGuards(ScalewayAuthGuard)
@Controller()
class BillingController {
  @Get('invoices')
  invoices(@ScwClaims() claims: ScwTokenClaims): object {
    return { invoices: [42], calledAs: claims.applicationId };
  }
}

const billing = { url: '' };

@Injectable()
class Billing {
  constructor(private readonly source: ScalewayTokenSource) {}

  async invoices(): Promise<unknown> {
    const response = await fetch(`${billing.url}/invoices`, { headers: await this.source.headers() });
    return { status: response.status, body: await response.json() };
  }
}

@Controller()
class ShopController {
  constructor(private readonly service: Billing) {}

  @Get('orders')
  orders(): Promise<unknown> {
    return this.service.invoices();
  }
}

const platform = new LocalScalewayPlatform();
let billingContainer: LocalContainer;
let shopContainer: LocalContainer;

beforeAll(async () => {
  await platform.start();
  const namespace = await platform.addNamespace({ keyPair: quickKeyPair() });
  billingContainer = platform.addContainer(namespace);
  shopContainer = platform.addContainer(namespace);
});
afterAll(() => platform.stop());

function auth(container: LocalContainer): DynamicModule {
  return ScalewayAuthModule.forRoot({ environment: platform.environmentOf(container) });
}

function tokenSource(target: LocalContainer, api?: 'issue-jwt' | 'tokens'): Provider {
  const client = new ScalewayTokenClient({
    secretKey: platform.secretKey,
    region: 'fr-par',
    apiUrl: platform.url,
    retries: 0,
  });
  const options = { target: { containerId: target.id }, client, api };
  return { provide: ScalewayTokenSource, useFactory: () => new ScalewayTokenSource(options) };
}

const running: RunningApp[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(running.splice(0).map((app) => app.close()));
});

async function startBilling(on: Platform): Promise<RunningApp> {
  const app = await startApp(on, rootModule({ imports: [auth(billingContainer)], controllers: [BillingController] }));
  running.push(app);
  return app;
}

async function startShop(on: Platform, target: LocalContainer, api?: 'tokens'): Promise<RunningApp> {
  const providers = [Billing, tokenSource(target, api)];
  const root = rootModule({ imports: [auth(shopContainer)], controllers: [ShopController], providers });
  const app = await startApp(on, root);
  running.push(app);
  return app;
}

describe.each(platforms)('a private container calls another one (%s)', (on) => {
  it('with the token of a source', async () => {
    const callee = await startBilling(on);
    const caller = await startShop(on, billingContainer);
    billing.url = callee.url;
    expect((await callee.get('/invoices')).status).toBe(401);
    const answer = await caller.get('/orders');
    expect(answer.json).toMatchObject({ status: 200, body: { invoices: [42], calledAs: billingContainer.id } });
  });

  it('with a token of the tokens API, whose record is deleted when the application ends', async () => {
    const callee = await startBilling(on);
    const caller = await startShop(on, billingContainer, 'tokens');
    billing.url = callee.url;
    expect((await caller.get('/orders')).json).toMatchObject({ status: 200 });
    const client = new ScalewayTokenClient({ secretKey: platform.secretKey, region: 'fr-par', apiUrl: platform.url });
    const target = { containerId: billingContainer.id };
    expect(await client.listTokens(target)).toHaveLength(1);
    running.splice(running.indexOf(caller), 1);
    await caller.close();
    expect(await client.listTokens(target)).toEqual([]);
  });

  it('and is refused with a token for a sibling', async () => {
    const callee = await startBilling(on);
    const caller = await startShop(on, shopContainer);
    billing.url = callee.url;
    expect((await caller.get('/orders')).json).toMatchObject({ status: 403 });
  });

  it("and a renewal that fails is one warning in Nest's log, without token or key", async () => {
    const callee = await startBilling(on);
    const caller = await startShop(on, billingContainer);
    billing.url = callee.url;
    await caller.get('/orders');
    const token = await caller.app.get(ScalewayTokenSource).token();
    const now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now + 3_000_000);
    platform.failNext({ status: 503, body: { message: `down, ${platform.secretKey}` } });
    // The source serves the old token; what the callee thinks of it does not matter here.
    expect(await caller.app.get(ScalewayTokenSource).token()).toBe(token);
    const warnings = (): unknown[] => caller.logs.filter(({ context }) => context === 'ScalewayTokenSource');
    for (let i = 0; i < 200 && warnings().length === 0; i += 1) {
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
    expect(warnings()).toEqual([
      {
        level: 'warn',
        context: 'ScalewayTokenSource',
        message: expect.stringMatching(/failed; the old one.*\(503\)/u),
      },
    ]);
    expect(JSON.stringify(caller.logs)).not.toContain(platform.secretKey);
    expect(JSON.stringify(caller.logs)).not.toContain(token);
  });
});
