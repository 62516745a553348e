import { jest } from '@jest/globals';
import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  SCALEWAY_JWT,
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScalewayTokenVerifier,
  ScwOptional,
  type Verdict,
} from 'nestjs-scaleway-auth';
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
function answers(verifier: ScalewayTokenVerifier, verdict: object, when: string): void {
  jest.spyOn(verifier, 'verifySync').mockReturnValue(verdict as Verdict);
  jest
    .spyOn(verifier, 'verify')
    .mockReturnValue(when === 'later' ? Promise.resolve(verdict as Verdict) : (verdict as Verdict));
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

  // Wrong states cannot be written in TypeScript; a replaced provider may still come up with one.
  describe.each(['at once', 'later'])('a verdict that is none, given %s,', (when) => {
    it.each<[string, object]>([
      ['is empty', {}],
      ['has claims and a reason', { accepted: false, claims: {}, reason: 'expired' }],
    ])('lets nobody in when it %s', async (_name, verdict) => {
      await start();
      answers(running.app.get(ScalewayTokenVerifier), verdict, when);
      for (const path of paths) expect([path, await status(path)]).not.toEqual([path, 200]);
    });
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
      for (const path of paths) expect([path, await status(path, token({}, foreignKey))]).toEqual([path, 401]);
    for (const path of paths) expect([path, await status(path)]).toEqual([path, 200]);
  });
});
