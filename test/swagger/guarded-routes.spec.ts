import { All, Controller, Get, type INestApplication, Injectable, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScalewayAuthGuard, ScwOptional, ScwPublic, ScwRequireScope } from 'nestjs-scaleway-auth';
import { platforms } from '../support/app.js';
import { documentOf, guarded, open, optional, summaryOf } from './application.js';

@UseGuards(ScalewayAuthGuard)
@Controller('by-class')
class ByClass {
  @Get('guarded')
  guarded() {}

  @ScwPublic()
  @Get('exempt')
  exempt() {}

  @ScwOptional()
  @Get('optional')
  optional() {}
}

@Controller('by-handler')
class ByHandler {
  @UseGuards(ScalewayAuthGuard)
  @Get('guarded')
  guarded() {}

  @Get('open')
  open() {}
}

@UseGuards(ScalewayAuthGuard)
class GuardedBase {}

@ScwPublic()
@Controller('exempt')
class Exempt extends GuardedBase {
  @Get('a')
  a() {}

  @ScwPublic(false)
  @Get('guarded-again')
  guardedAgain() {}
}

@Controller('of-exempt')
class ExtendsExempt extends Exempt {}

class Common {
  @Get('list')
  list() {}
}

@UseGuards(ScalewayAuthGuard)
@Controller('guarded-heir')
class GuardedHeir extends Common {
  @ScwPublic()
  @Get('exempt')
  exempt() {}
}

@Controller('open-heir')
class OpenHeir extends Common {}

@UseGuards(ScalewayAuthGuard)
@Controller('guarded-list')
class GuardedList {
  @Get('list')
  list() {}
}

@ScwPublic()
@Controller('exempt-heir')
class ExemptHeir extends GuardedList {}

@Injectable()
class OwnGuard extends ScalewayAuthGuard {}

@UseGuards(OwnGuard)
@Controller('own-guard')
class ByOwnGuard {
  @Get()
  guarded() {}
}

@Injectable()
class AnotherGuard {
  canActivate() {
    return true;
  }
}

@UseGuards(AnotherGuard)
@Controller('another-guard')
class ByAnotherGuard {
  @Get()
  open() {}
}

@Controller('plain')
class Plain {
  @Get()
  plain() {}

  @ScwPublic()
  @Get('exempt')
  exempt() {}
}

describe.each(platforms)('the document of an application on %s', (platform) => {
  it('names the token on routes that the decorator guards, and on no others', async () => {
    const controllers = [ByClass, ByHandler, ByOwnGuard, ByAnotherGuard];
    expect(summaryOf(await documentOf(platform, { controllers }))).toEqual({
      'GET /by-class/guarded': guarded,
      'GET /by-class/exempt': open,
      'GET /by-class/optional': optional,
      'GET /by-handler/guarded': guarded,
      'GET /by-handler/open': open,
      'GET /own-guard': guarded,
      'GET /another-guard': open,
    });
  });

  it('knows that an exemption is not inherited', async () => {
    const controllers = [Exempt, ExtendsExempt];
    expect(summaryOf(await documentOf(platform, { controllers }))).toEqual({
      'GET /exempt/a': open,
      'GET /exempt/guarded-again': guarded,
      'GET /of-exempt/a': guarded,
      'GET /of-exempt/guarded-again': guarded,
    });
  });

  it('that an exempt class inherits from a guarded one are open', async () => {
    const before = Object.getOwnPropertyNames(ExemptHeir.prototype);
    expect(summaryOf(await documentOf(platform, { controllers: [GuardedList, ExemptHeir] }))).toEqual({
      'GET /guarded-list/list': guarded,
      'GET /exempt-heir/list': open,
    });
    expect(Object.getOwnPropertyNames(ExemptHeir.prototype)).toEqual(before);
  });
  it('keeps apart what classes make of one handler that they inherit', async () => {
    expect(summaryOf(await documentOf(platform, { controllers: [GuardedHeir, OpenHeir] }))).toEqual({
      'GET /guarded-heir/exempt': open,
      'GET /guarded-heir/list': guarded,
      'GET /open-heir/list': open,
    });
  });

  it.each([
    ['protectAllRoutes', { options: { protectAllRoutes: true } }],
    ['an APP_GUARD by its class', { providers: [{ provide: APP_GUARD, useClass: ScalewayAuthGuard }] }],
    [
      'an APP_GUARD that is made for each request',
      { providers: [{ provide: APP_GUARD, useClass: OwnGuard, scope: 2 }] },
    ],
    ['useGlobalGuards', { configure: (app: INestApplication) => void app.useGlobalGuards(app.get(ScalewayAuthGuard)) }],
  ])('names the token on all routes but exempt ones with %s', async (_, setting) => {
    expect(summaryOf(await documentOf(platform, { controllers: [Plain], ...setting }))).toEqual({
      'GET /plain': guarded,
      'GET /plain/exempt': open,
    });
  });

  it('leaves the classes as they were', async () => {
    const before = [Exempt, ExtendsExempt, ByClass, Common, GuardedHeir].map(({ prototype }) =>
      Object.getOwnPropertyDescriptors(prototype),
    );
    await documentOf(platform, { controllers: [Exempt, ExtendsExempt, ByClass, GuardedHeir] });
    const after = [Exempt, ExtendsExempt, ByClass, Common, GuardedHeir].map(({ prototype }) =>
      Object.getOwnPropertyDescriptors(prototype),
    );
    expect(after).toEqual(before);
    expect(Object.hasOwn(GuardedHeir.prototype, 'list')).toBe(false);
  });

  it('knows every method of a route for all of them, and what a scope means', async () => {
    @UseGuards(ScalewayAuthGuard)
    @ScwRequireScope('application')
    @Controller('any')
    class AnyMethod {
      @All()
      any() {}
    }
    const document = await documentOf(platform, { controllers: [AnyMethod] });
    const { get, delete: remove } = document.paths['/any']!;
    for (const operation of [get, remove]) {
      expect(operation!.security).toEqual(guarded.security);
      expect(operation!.responses['403']).toMatchObject({
        description: expect.stringContaining('this very container'),
      });
    }
  });
});
