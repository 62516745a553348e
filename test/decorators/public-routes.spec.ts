import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { platforms, rootModule, type RunningApp, startApp } from '../support/app.js';
import { environment, foreignKey, token } from '../support/issuer.js';

@Controller('handlers')
class HandlersController {
  @ScwPublic()
  @Get('exempt')
  exempt(): string {
    return 'exempt';
  }
  @ScwPublic(false)
  @Get('not-exempt')
  notExempt(): string {
    return 'not exempt';
  }
  @Get('guarded')
  guarded(): string {
    return 'guarded';
  }
}

@ScwPublic()
@Controller('class')
class ExemptController {
  @Get('exempt')
  exempt(): string {
    return 'exempt';
  }
  @ScwPublic(false)
  @Get('guarded')
  guardedAgain(): string {
    return 'guarded again';
  }
}

@Controller('subclass')
class SubclassController extends ExemptController {
  @Get('own')
  own(): string {
    return 'own';
  }
}

@ScwPublic(false)
@Controller('class-false')
class NotExemptController {
  @Get('guarded')
  guarded(): string {
    return 'guarded';
  }
  @ScwPublic()
  @Get('exempt')
  exempt(): string {
    return 'exempt';
  }
}

@Controller('overriding')
class OverridingController extends HandlersController {
  @Get('exempt')
  override exempt(): string {
    return 'no longer exempt';
  }
}

@ScwPublic('false' as never)
@Controller('odd')
class OddController {
  @Get('text')
  text(): string {
    return 'text';
  }
  @ScwPublic(1 as never)
  @Get('number')
  number(): string {
    return 'number';
  }
}

const keys = (value: object): string[] => Reflect.ownKeys(value).map(String);

@Controller('probe')
class ProbeController {
  @ScwPublic()
  @Get('exempt')
  exempt(@Req() request: object, @ScwClaims() claims: ScwTokenClaims | undefined): object {
    return { keys: keys(request), claims: claims ?? 'none' };
  }
}

describe.each(platforms)('@ScwPublic() on %s', (platform) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(
      platform,
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: true })],
        controllers: [
          HandlersController,
          ExemptController,
          SubclassController,
          NotExemptController,
          OverridingController,
          OddController,
          ProbeController,
        ],
      }),
    );
  });
  afterAll(() => running.close());

  it.each([
    ['a handler', '/handlers/exempt', 200],
    ['a handler, false', '/handlers/not-exempt', 401],
    ['another handler of the class', '/handlers/guarded', 401],
    ['a class', '/class/exempt', 200],
    ['false on a handler of an exempt class', '/class/guarded', 401],
    ['an inherited handler of a class that extends an exempt one', '/subclass/exempt', 401],
    ['an inherited handler that was guarded again', '/subclass/guarded', 401],
    ['a handler of a class that extends an exempt one', '/subclass/own', 401],
    ['false on a class', '/class-false/guarded', 401],
    ['a handler of a class with false', '/class-false/exempt', 200],
    ['a handler that overrides an exempt one', '/overriding/exempt', 401],
    ['text that says false', '/odd/text', 401],
    ['a number', '/odd/number', 401],
  ])('%s: %s is %i without a token', async (_name, path, status) => {
    expect((await running.get(path)).status).toBe(status);
    expect((await running.get(path, { 'X-Auth-Token': token() })).status).toBe(200);
  });

  it.each([
    ['no token', {}],
    ['a good one', { 'X-Auth-Token': token() }],
    ['a forged one', { 'X-Auth-Token': token({}, foreignKey) }],
    ['rubbish', { Authorization: 'Bearer rubbish' }],
  ])('lets %s in, looks at nothing, and gives no claims', async (_name, headers) => {
    const answer = await running.get('/probe/exempt', headers as Record<string, string>);
    expect([answer.status, answer.json.claims]).toEqual([200, 'none']);
  });
  it('writes nothing to the request', async () => {
    const root = rootModule({ controllers: [ProbeController] });
    const without = await startApp(platform, root);
    const expected = (await without.get('/probe/exempt')).json.keys as string[];
    await without.close();
    expect(expected.length).toBeGreaterThan(3);
    expect((await running.get('/probe/exempt', { 'X-Auth-Token': token() })).json.keys).toEqual(expected);
  });
  it('exempts from the guard alone', async () => {
    const refusals = running.logs.length;
    await running.get('/handlers/exempt', { 'X-Auth-Token': 'rubbish' });
    expect(running.logs).toHaveLength(refusals);
  });
});

describe('with @UseGuards', () => {
  it('exempts a handler of a guarded class', async () => {
    @UseGuards(ScalewayAuthGuard)
    @Controller()
    class GuardedController {
      @ScwPublic()
      @Get('health')
      health(): string {
        return 'ok';
      }
      @Get('guarded')
      guarded(): string {
        return 'guarded';
      }
    }
    const imports = [ScalewayAuthModule.forRoot({ environment })];
    const running = await startApp('express', rootModule({ imports, controllers: [GuardedController] }));
    const statuses = [(await running.get('/health')).status, (await running.get('/guarded')).status];
    await running.close();
    expect(statuses).toEqual([200, 401]);
  });
});
