import { Controller, Get, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { get, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, token } from '../support/issuer.js';

let ran = 0;

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list(): string {
    ran++;
    return 'orders';
  }
}

const ORIGIN = 'https://shop.example';

/** Asks as a browser does before it sends a header that CORS does not know: without that header. */
const PREFLIGHT = {
  Origin: ORIGIN,
  'Access-Control-Request-Method': 'GET',
  'Access-Control-Request-Headers': 'x-auth-token',
};

describe.each(platforms)('CORS on %s', (platform) => {
  describe.each([{ protectAllRoutes: false }, { protectAllRoutes: true }])('with %j', (extras) => {
    let running: RunningApp;
    beforeEach(async () => {
      ran = 0;
      const imports = [ScalewayAuthModule.forRoot({ environment, ...extras })];
      running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }), (app) =>
        app.enableCors({ origin: ORIGIN, exposedHeaders: ['WWW-Authenticate'] }),
      );
      running.logs.length = 0;
    });
    afterEach(() => running.close());

    it('answers a preflight without a token before the guard is asked', async () => {
      const answer = await get(`${running.url}/orders`, PREFLIGHT, 'OPTIONS');
      expect(answer.status).toBe(204);
      expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
      expect(answer.headers['access-control-allow-headers']).toBe('x-auth-token');
      expect([answer.headers['www-authenticate'], ran, running.logs]).toEqual([undefined, 0, []]);
    });
    it('lets the browser read the answer to the request that follows, a refusal too', async () => {
      const allowed = await running.get('/orders', { Origin: ORIGIN, 'X-Auth-Token': token() });
      expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, ORIGIN]);
      const refused = await running.get('/orders', { Origin: ORIGIN });
      expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, ORIGIN]);
      expect(refused.headers['access-control-expose-headers']).toBe('WWW-Authenticate');
      expect(refused.headers['www-authenticate']).toContain('Bearer');
    });
  });
});

it.each(platforms)('OPTIONS is no way in on %s where CORS is not enabled', async (platform) => {
  ran = 0;
  const imports = [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true })];
  const running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
  const answer = await get(`${running.url}/orders`, PREFLIGHT, 'OPTIONS');
  await running.close();
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  expect([answer.status, ran]).toEqual([404, 0]);
});
