import { Controller, Get, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { foreignKey, token } from '../support/issuer.js';

@Controller()
class OrdersController {
  @UseGuards(ScalewayAuthGuard)
  @Get('guarded')
  guarded(@ScwClaims() caller: ScwTokenClaims | undefined, @ScwClaims('namespaceId') id: string | undefined): object {
    return { caller: caller ?? 'undefined', id: id ?? 'undefined' };
  }
  @Get('unguarded')
  unguarded(@ScwClaims() caller: ScwTokenClaims | undefined, @ScwClaims('scope') scope: string | undefined): object {
    return { caller: caller ?? 'undefined', id: scope ?? 'undefined' };
  }
  @ScwPublic(false)
  @UseGuards(ScalewayAuthGuard)
  @Get('not-exempt')
  notExempt(@ScwClaims() caller: ScwTokenClaims | undefined): object {
    return { caller: caller ?? 'undefined', id: 'undefined' };
  }
}

const environments = {
  'nothing else': { SCW_PUBLIC: 'true' },
  'the rest in ruins': { SCW_PUBLIC: 'TRUE', SCW_PUBLIC_KEY: 'garbage', SCW_NAMESPACE_ID: '', SCW_APPLICATION_ID: ' ' },
};

const requests: [string, Record<string, string>][] = [
  ['no token', {}],
  ['rubbish', { 'X-Auth-Token': 'rubbish' }],
  ['a forged token', { Authorization: `Bearer ${token({}, foreignKey)}` }],
  ['a good token', { 'X-Auth-Token': token() }],
  ['a token that is too long', { 'X-Auth-Token': 'a'.repeat(9000) }],
];

describe.each(platforms)('on %s', (platform) => {
  describe.each(Object.entries(environments))('a public container with %s', (_name, environment) => {
    let running: RunningApp;
    beforeAll(async () => {
      const imports = [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true })];
      running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
    });
    afterAll(() => running.close());

    describe.each(['/guarded', '/unguarded', '/not-exempt'])('%s', (path) => {
      it.each(requests)('checks nothing and gives no claims: %s', async (_request, headers) => {
        const answer = await running.get(path, headers);
        expect([answer.status, answer.json]).toEqual([200, { caller: 'undefined', id: 'undefined' }]);
      });
    });
    it('says so at boot, with the handlers that are guarded elsewhere, and refuses nobody', () => {
      const said = running.logs.filter(({ context }) => context === 'ScalewayAuth');
      expect(said.map(({ level, message }) => [level, /public/.test(String(message))])).toEqual([
        ['log', true],
        ['warn', true],
      ]);
      for (const name of ['guarded', 'unguarded', 'notExempt'])
        expect(said[1]!.message).toContain(`OrdersController.${name}`);
    });
  });

  it('without any guard in the application, @ScwClaims() is undefined too', async () => {
    const imports = [ScalewayAuthModule.forRoot({ environment: { SCW_PUBLIC: 'True' } })];
    const running = await startApp(platform, rootModule({ imports, controllers: [OrdersController] }));
    const answer = await running.get('/unguarded');
    await running.close();
    expect([answer.status, answer.json.caller]).toEqual([200, 'undefined']);
  });
});
