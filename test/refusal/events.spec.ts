import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { jest } from '@jest/globals';
import { Controller, Get, UseGuards } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import {
  SCALEWAY_JWT,
  SCW_ACCEPTED,
  SCW_REFUSED,
  ScalewayAuthModule,
  ScwOptional,
  ScwPublic,
} from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, forApplication, token } from '../support/issuer.js';

@Controller()
class OrdersController {
  @Get('orders')
  list() {
    return {};
  }

  @ScwPublic()
  @Get('free')
  free() {
    return {};
  }

  @ScwPublic()
  @UseGuards(AuthGuard(SCALEWAY_JWT))
  @Get('passport')
  passport() {
    return {};
  }

  @ScwOptional()
  @Get('open')
  open() {
    return {};
  }
}

describe.each(platforms)('the events of the guard on %s', (platform) => {
  let running: RunningApp;
  const events: [string, unknown][] = [];
  const accepted = (event: unknown) => void events.push(['accepted', event]);
  const refused = (event: unknown) => void events.push(['refused', event]);

  beforeAll(async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true })];
    running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
    subscribe(SCW_ACCEPTED, accepted);
    subscribe(SCW_REFUSED, refused);
  });
  afterAll(async () => {
    unsubscribe(SCW_ACCEPTED, accepted);
    unsubscribe(SCW_REFUSED, refused);
    await running.close();
  });
  beforeEach(() => void events.splice(0));

  it('have the names that are documented', () => {
    expect([SCW_ACCEPTED, SCW_REFUSED]).toEqual(['nestjs-scaleway-auth:accepted', 'nestjs-scaleway-auth:refused']);
  });

  it('tell nothing of a request that was let in without a token', async () => {
    expect((await running.get('/open')).status).toBe(200);
    expect((await running.get('/free')).status).toBe(200);
    expect(events).toEqual([]);
  });

  it('tell of each request that was let in with a token', async () => {
    await running.get('/orders', { 'X-Auth-Token': token({ jti: 'the-id' }) });
    expect(events).toEqual([['accepted', { handler: 'OrdersController.list', scope: 'namespace', tokenId: 'the-id' }]]);
  });

  it('tell of each that was refused, more of them than the log', async () => {
    const bad = token({ jti: 'forged' }, foreignKey);
    for (let i = 0; i < 15; i++) await running.get('/orders', { 'X-Auth-Token': bad });
    await running.get('/orders', { 'X-Auth-Token': token({ jti: 'known', ...forApplication('another') }) });
    const handler = 'OrdersController.list';
    expect(events).toHaveLength(16);
    expect(events[14]).toEqual([
      'refused',
      { reason: 'bad_signature', status: 401, handler, header: 'x-auth-token', tokenId: undefined },
    ]);
    expect(events[15]).toEqual([
      'refused',
      { reason: 'wrong_application', status: 403, handler, header: 'x-auth-token', tokenId: 'known' },
    ]);
  });

  it('are not created without subscribers', async () => {
    const channels = [channel(SCW_ACCEPTED), channel(SCW_REFUSED)];
    const published = channels.map((each) => jest.spyOn(each, 'publish'));
    const countAfterCalls = async () => {
      for (const publish of published) publish.mockClear();
      await running.get('/orders', { 'X-Auth-Token': token() });
      await running.get('/orders');
      return published.map((publish) => publish.mock.calls.length);
    };
    expect(await countAfterCalls()).toEqual([1, 1]);
    // Not by unsubscribing: the channels belong to the process, and other files may have subscribed too.
    for (const each of channels) Object.defineProperty(each, 'hasSubscribers', { value: false, configurable: true });
    expect(await countAfterCalls()).toEqual([0, 0]);
    for (const each of channels) Reflect.deleteProperty(each, 'hasSubscribers');
    for (const publish of published) publish.mockRestore();
  });

  it('are none on a route with AuthGuard of @nestjs/passport', async () => {
    expect((await running.get('/passport', { 'X-Auth-Token': token() })).status).toBe(200);
    expect((await running.get('/passport')).status).toBe(401);
    expect(events).toEqual([]);
  });

  it('are none where nobody was checked', async () => {
    await running.get('/free');
    await running.get('/open');
    expect(events).toEqual([]);
  });
});
