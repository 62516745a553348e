import { Controller, Get, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  SCALEWAY_JWT,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { applicationId, environment, foreignKey, forApplication, forNamespace, now, token } from '../support/issuer.js';

@Controller()
class OrdersController {
  @UseGuards(ScalewayAuthGuard)
  @Get('orders')
  list(@ScwClaims() caller: Readonly<ScwTokenClaims>): object {
    return { caller: caller.tokenId };
  }
  @UseGuards(AuthGuard(SCALEWAY_JWT))
  @Get('passport')
  passport(): object {
    return { caller: 'passport' };
  }
}

describe.each(platforms)('while forged tokens come in, on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
  });
  afterAll(() => running.close());

  const ask = (text: string, path = '/orders') => running.get(path, { 'X-Auth-Token': text });
  const forged = () => token({}, foreignKey);

  it.each(['/orders', '/passport'])('each request to %s gets its own answer', async (path) => {
    await ask(forged(), path);
    const sent: [string, number][] = Array.from(
      { length: 12 },
      (_, i) =>
        [
          [token({ jti: `${i}` }), 200],
          [token({ jti: `${i}`, ...forApplication(applicationId) }), 200],
          [forged(), 401],
          [token({ exp: now() }), 401],
          [token(forNamespace('other')), path === '/orders' ? 403 : 401],
          ['rubbish', 401],
        ] as [string, number][],
    ).flat();
    const answers = await Promise.all(sent.map(([text]) => ask(text, path)));
    expect(answers.map(({ status }) => status)).toEqual(sent.map(([, status]) => status));
    if (path === '/orders')
      for (const [i, { json }] of answers.entries())
        if (i % 6 < 2) expect(json).toEqual({ caller: `${Math.floor(i / 6)}` });
  });

  it('a forged token gets the challenge and the line in the log that it gets otherwise', async () => {
    await ask(forged());
    running.logs.length = 0;
    const answer = await ask(forged());
    expect([answer.status, answer.json]).toEqual([401, { statusCode: 401, message: 'Unauthorized' }]);
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
  });
});
