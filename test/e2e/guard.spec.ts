import { Controller, Get, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwTokenClaims } from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, forApplication, foreignKey, namespaceId, token } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list(@ScwClaims() caller: ScwTokenClaims) {
    return { namespaceId: caller.namespaceId, applicationId: caller.applicationId, scope: caller.scope };
  }
}

describe.each(platforms)('a guarded controller on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(
      platform,
      rootModule({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers: [OrdersController] }),
    );
  });
  afterAll(() => running.close());

  it('lets a namespace token in', async () => {
    const answer = await running.get('/orders', { 'X-Auth-Token': token() });
    expect([answer.status, answer.json]).toEqual([200, { namespaceId, scope: 'namespace' }]);
  });
  it('lets a container token in', async () => {
    const answer = await running.get('/orders', { 'X-Auth-Token': token(forApplication(applicationId)) });
    expect([answer.status, answer.json]).toEqual([200, { applicationId, scope: 'application' }]);
  });
  it('keeps a forged token out', async () => {
    const answer = await running.get('/orders', { 'X-Auth-Token': token({}, foreignKey) });
    expect([answer.status, answer.json]).toEqual([401, { statusCode: 401, message: 'Unauthorized' }]);
  });
});
