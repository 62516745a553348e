import { metrics } from '@opentelemetry/api';
import { jest } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { type RunningApp, startApp } from '../support/app.js';
import { environment, forApplication, token } from '../support/issuer.js';
import { countWithOpenTelemetry } from './programs/open-telemetry.js';
import { MetricsModule } from './programs/prometheus.js';

@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return [];
  }
}

@Module({
  imports: [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true }), MetricsModule],
  controllers: [OrdersController],
})
class AppModule {}

describe('the programs of the page about monitoring', () => {
  let running: RunningApp;
  beforeAll(async () => void (running = await startApp('express', AppModule)));
  afterAll(() => running.close());

  it('count with Prometheus', async () => {
    await running.get('/orders', { 'X-Auth-Token': token() });
    await running.get('/orders');
    const { text, headers } = await running.get('/metrics', { 'X-Auth-Token': token() });
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toContain('scw_auth_accepted_total{scope="namespace",handler="OrdersController.list"} 1');
    expect(text).toContain('scw_auth_refused_total{reason="no_token",handler="OrdersController.list"} 1');
  });

  // What @opentelemetry/api keeps of itself for all its copies.
  afterAll(() => void Reflect.deleteProperty(globalThis, Symbol.for('opentelemetry.js.api.1')));

  it('count with OpenTelemetry', async () => {
    const counted: unknown[] = [];
    const createCounter = (name: string) => ({
      add: (value: number, attributes: unknown) => void counted.push([name, value, attributes]),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter }) } as never);
    countWithOpenTelemetry();
    await running.get('/orders', { 'X-Auth-Token': token() });
    await running.get('/orders', { 'X-Auth-Token': token(forApplication('another')) });
    const handler = 'OrdersController.list';
    expect(counted).toEqual([
      ['scw_auth.accepted', 1, { scope: 'namespace', handler }],
      ['scw_auth.refused', 1, { reason: 'wrong_application', status: 403, handler }],
    ]);
  });
});

it('the program of the page about the local platform prints what the page says', async () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  await import('./programs/local-platform.js');
  const lines = log.mock.calls.map((words) => words.join(' '));
  log.mockRestore();
  expect(lines).toEqual(['token 200', 'expired 401', 'forBilling 403', 'forAll 200']);
});
