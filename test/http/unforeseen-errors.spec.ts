import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, token } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list(): string {
    return 'orders';
  }
}

const SECRET = 'text that a client has sent';

/** A middleware that leaves a request in a state which nobody has foreseen. */
function breakRequests(app: INestApplication): void {
  app.use((request: object, _response: unknown, next: () => void) => {
    const broken = {
      get length(): number {
        throw new TypeError(`cannot read ${SECRET}`);
      },
    };
    Object.defineProperty(request, 'rawHeaders', { value: broken });
    next();
  });
}

describe.each(platforms)('an error that nobody has foreseen, on %s', (platform) => {
  let running: RunningApp;
  beforeEach(async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }), breakRequests);
    running.logs.length = 0;
  });
  afterEach(() => running.close());

  const ask = () => running.get('/orders', { 'X-Auth-Token': token() });
  const ofLevel = (level: string) => running.logs.filter((line) => line.level === level);

  it('is a refusal, not a 500, and lets nobody in', async () => {
    const answer = await ask();
    expect([answer.status, answer.json]).toEqual([401, { statusCode: 401, message: 'Unauthorized' }]);
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });
  it('is in the log with where it was thrown, and without what it says, which may quote a client', async () => {
    await ask();
    expect(ofLevel('warn').map(({ message }) => message)).toEqual([
      expect.objectContaining({ reason: 'unexpected', status: 401 }),
    ]);
    expect(ofLevel('error')).toHaveLength(1);
    expect(String(ofLevel('error')[0]!.message)).toMatch(/TypeError[^]*\n\s+at /);
    expect(JSON.stringify(running.logs)).not.toContain(SECRET);
  });
  it('fills no disk when it happens often', async () => {
    const began = Date.now();
    await Promise.all(Array.from({ length: 60 }, ask));
    const seconds = Math.ceil((Date.now() - began + 1) / 1000);
    expect(ofLevel('warn').length).toBeLessThanOrEqual(20 * seconds);
    expect(ofLevel('error').length).toBeLessThanOrEqual(20 * seconds);
  });
});
