import { jest } from '@jest/globals';
import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  SCALEWAY_JWT,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScalewayJwtStrategy,
  ScwOptional,
  type Verdict,
} from 'nestjs-scaleway-auth';
import passportJwt from 'passport-jwt';
import type { PassportStrategy } from '../../lib/passport/passport-jwt.js';
import { collectingLogger, platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, token } from '../support/issuer.js';

@Controller()
class OrdersController {
  @UseGuards(ScalewayAuthGuard)
  @Get('orders')
  list(): string {
    return 'orders';
  }
  @UseGuards(ScalewayAuthGuard)
  @ScwOptional()
  @Get('optional')
  optional(): string {
    return 'optional';
  }
  @UseGuards(AuthGuard(SCALEWAY_JWT))
  @Get('passport')
  passport(): string {
    return 'passport';
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

/** What the guard asks may be answered later; what passport asks is answered at once. */
function answers(strategy: ScalewayJwtStrategy, verdict: Verdict, when: string): void {
  jest.spyOn(strategy, 'check').mockReturnValue(verdict);
  jest.spyOn(strategy, 'decide').mockReturnValue(when === 'later' ? Promise.resolve(verdict) : verdict);
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

describe.each(platforms)('on %s', (platform) => {
  let running: RunningApp;
  const start = async (configure?: (app: INestApplication) => void): Promise<void> => {
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }), configure);
    running.logs.length = 0;
  };
  afterEach(async () => {
    jest.restoreAllMocks();
    await running.close();
  });
  const paths = ['/orders', '/optional', '/passport'];
  const status = async (path: string, sent = token()) => (await running.get(path, { 'X-Auth-Token': sent })).status;
  const warnings = () => JSON.stringify(running.logs.filter(({ level }) => level === 'warn'));

  const endings: [string, (run: PassportStrategy) => void][] = [
    ['nothing', () => {}],
    ['passing', (run) => run.pass()],
    ['a redirection', (run) => run.redirect('/elsewhere')],
    ['an error', (run) => run.error(new Error('away'))],
  ];
  it.each(endings)('a passport-jwt that ends in %s lets nobody in', async (_ending, end) => {
    await start();
    jest.spyOn(passportJwt.Strategy.prototype, 'authenticate').mockImplementation(function (this: unknown) {
      end(this as PassportStrategy);
    });
    for (const path of paths) {
      expect([path, await status(path)]).toEqual([path, 401]);
      expect(warnings()).toContain('"reason":"unexpected"');
      running.logs.length = 0;
    }
    jest.restoreAllMocks();
    for (const path of paths) expect([path, await status(path)]).toEqual([path, 200]);
  });

  it.each(['at once', 'later'])('a strategy that answers neither yes nor no, %s, lets nobody in', async (when) => {
    await start();
    answers(running.app.get(ScalewayJwtStrategy), {}, when);
    for (const path of paths) {
      expect([path, await status(path)]).toEqual([path, 401]);
      expect(warnings()).toContain('"reason":"unexpected"');
      running.logs.length = 0;
    }
  });

  it.each(['at once', 'later'])('a strategy that answers yes and no, %s, lets nobody in', async (when) => {
    await start();
    const strategy = running.app.get(ScalewayJwtStrategy);
    const { claims } = strategy.check({ headers: { 'x-auth-token': token() } });
    const { refusal } = strategy.check({ headers: { 'x-auth-token': 'rubbish' } });
    answers(strategy, { claims, refusal }, when);
    for (const path of paths) expect([path, await status(path)]).toEqual([path, 401]);
  });

  it('a logger that throws lets nobody in, and leaves nobody without an answer', async () => {
    const throwing = {
      ...collectingLogger([]),
      warn: () => {
        throw new Error('the disk is full');
      },
    };
    await start((app) => app.useLogger(throwing));
    // The first of them is looked at at once, those that follow beside.
    for (let times = 0; times < 3; times++)
      for (const path of paths) expect([path, await status(path, token({}, foreignKey))]).toEqual([path, 500]);
    for (const path of paths) expect([path, await status(path)]).toEqual([path, 200]);
  });
});
