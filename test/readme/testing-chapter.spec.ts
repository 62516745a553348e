import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';

@UseGuards(ScalewayAuthGuard)
@Controller('orders')
class OrdersController {
  @Get()
  list(@ScwClaims() caller: ScwTokenClaims) {
    return { scope: caller.scope };
  }
}

describe('orders', () => {
  const issuer = createScalewayTestIssuer();
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const testing = await Test.createTestingModule({
      imports: [ScalewayAuthModule.forRoot({ environment: issuer.environment })],
      controllers: [OrdersController],
    }).compile();
    app = testing.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/orders`;
  });

  afterAll(() => app.close());

  it('are for this namespace', async () => {
    const response = await fetch(url, { headers: { 'X-Auth-Token': issuer.token() } });
    expect(await response.json()).toEqual({ scope: 'namespace' });
  });

  it.each([
    ['expired', 401],
    ['forged', 401],
    ['forOtherContainer', 403],
    ['forOtherNamespace', 403],
  ] as const)('are not for a token that is %s', async (kind, status) => {
    const response = await fetch(url, { headers: { 'X-Auth-Token': issuer[kind]() } });
    expect(response.status).toBe(status);
  });
});
