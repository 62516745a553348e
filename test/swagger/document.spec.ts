import { Controller, Get, Injectable, Module, Param, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiExtension, ApiResponse, ApiSecurity, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ScalewayAuthGuard, ScwDelegatingGuard, ScwOptional, ScwPublic } from 'nestjs-scaleway-auth';
import { addScwSecurity, SCW_SECURITY } from 'nestjs-scaleway-auth/swagger';
import { platforms } from '../support/app.js';
import { documentOf, guarded, open, withDocumented, summaryOf } from './application.js';

@UseGuards(ScalewayAuthGuard)
@Controller('orders')
class Orders {
  @Get()
  list() {
    return 'let in';
  }
}

@Controller('open')
class Open {
  @Get()
  open() {}
}

const schemes = (document: { components?: object }) =>
  (document.components as { securitySchemes?: Record<string, object> }).securitySchemes;

describe.each(platforms)('the document on %s', (platform) => {
  it('describes the answers that the guard gives', async () => {
    const [document, real] = await withDocumented(platform, { controllers: [Orders] }, async ({ get }, served) => [
      served,
      await get('/orders'),
    ]);
    const documented = document.paths['/orders']!.get!.responses['401'] as any;
    expect(real.status).toBe(401);
    expect(Object.keys(real.headers)).toContain(Object.keys(documented.headers)[0]!.toLowerCase());
    const { properties, required } = documented.content['application/json'].schema;
    expect(Object.keys(real.json).toSorted()).toEqual(required.toSorted());
    for (const [name, { example }] of Object.entries<{ example: unknown }>(properties))
      expect(real.json[name]).toBe(example);
  });

  it.each([
    [undefined, { type: 'apiKey', in: 'header', name: 'X-Auth-Token' }],
    [['my-token', 'Authorization'], { type: 'apiKey', in: 'header', name: 'My-Token' }],
    [['Authorization'], { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }],
  ])('sends the token in the header that the guard asks first, of %j', async (headers, scheme) => {
    const options = headers && { headers };
    const document = await documentOf(platform, { controllers: [Orders], ...(options && { options }) });
    expect(schemes(document)).toEqual({ [SCW_SECURITY]: { ...scheme, description: expect.any(String) } });
  });

  it('has nothing of it on a public container, where nothing is checked', async () => {
    const options = { environment: { SCW_PUBLIC: 'true' } };
    const document = await documentOf(platform, { controllers: [Orders], options });
    expect(summaryOf(document)).toEqual({ 'GET /orders': open });
    expect(schemes(document)).toEqual({});
  });

  it('has no scheme where nothing is guarded', async () => {
    expect(schemes(await documentOf(platform, { controllers: [Open] }))).toEqual({});
  });

  it('keeps what the author wrote: other schemes, answers and extensions', async () => {
    @ApiResponse({ status: 403, description: 'of the class' })
    @UseGuards(ScalewayAuthGuard)
    @Controller('written')
    class Written {
      @ApiSecurity('people')
      @ApiResponse({ status: 401, description: 'of the handler' })
      @ApiExtension('x-mine', { kept: true })
      @Get()
      get() {}
    }
    const document = await documentOf(platform, { controllers: [Written] });
    expect(document.paths['/written']!.get).toMatchObject({
      security: [{ people: [], [SCW_SECURITY]: [] }],
      responses: { 401: { description: 'of the handler' }, 403: { description: 'of the class' } },
      'x-mine': { kept: true },
    });
    expect(JSON.stringify(document)).not.toContain('x-nestjs-scaleway-auth');
  });

  it('changes nothing else, and adds no requirement twice', async () => {
    @ApiSecurity(SCW_SECURITY)
    @UseGuards(ScalewayAuthGuard)
    @Controller('twice')
    class Twice {
      @Get(':id')
      find(@Param('id') _id: string) {}
    }
    const setting = { controllers: [Twice] };
    const ours = (await documentOf(platform, setting)).paths['/twice/{id}']!.get!;
    const without = (await documentOf(platform, { ...setting, builder: (made) => made })).paths['/twice/{id}']!.get!;
    expect(ours).toEqual({ ...without, responses: expect.objectContaining(without.responses) });
    expect(ours.operationId).toBe('Twice_find');
    expect(ours.security).toEqual(guarded.security);
  });

  it('adds to the requirements of the whole document, and leaves exempt routes to them', async () => {
    @UseGuards(ScalewayAuthGuard)
    @Controller('both')
    class Both {
      @Get('guarded')
      guarded() {}

      @ScwPublic()
      @Get('exempt')
      exempt() {}
    }
    const builder = (made: DocumentBuilder) =>
      addScwSecurity(made).addApiKey({ type: 'apiKey', name: 'key' }, 'people').addSecurityRequirements('people');
    const document = await documentOf(platform, { controllers: [Both], builder });
    expect(document.security).toEqual([{ people: [] }]);
    expect(summaryOf(document)).toMatchObject({
      'GET /both/guarded': { security: [{ people: [], [SCW_SECURITY]: [] }] },
      'GET /both/exempt': { security: undefined },
    });
    expect(Object.keys(schemes(document)!)).toEqual(['people', SCW_SECURITY]);
  });

  it('wants the token and what other guards want, since each guard must let a request in', async () => {
    @UseGuards(ScalewayAuthGuard)
    @Controller('two')
    class Two {
      @ApiSecurity('people')
      @ApiSecurity('partners')
      @Get('guarded')
      guarded() {}

      @ScwOptional()
      @ApiSecurity('people')
      @Get('optional')
      optional() {}

      @ScwOptional()
      @ApiSecurity(SCW_SECURITY)
      @ApiSecurity('people')
      @Get('written')
      written() {}
    }
    @ScwDelegatingGuard()
    @Injectable()
    class EitherGuard {
      constructor(readonly containers: ScalewayAuthGuard) {}
      canActivate() {
        return true;
      }
    }
    @UseGuards(EitherGuard)
    @Controller('either')
    class Either {
      @ApiSecurity('people')
      @Get()
      either() {}
    }
    @Injectable()
    class UndeclaredGuard {
      constructor(readonly containers: ScalewayAuthGuard) {}
      canActivate() {
        return true;
      }
    }
    @UseGuards(UndeclaredGuard)
    @Controller('undeclared')
    class Undeclared {
      @ApiSecurity('people')
      @Get()
      undeclared() {}
    }
    const both = { people: [], [SCW_SECURITY]: [] };
    expect(summaryOf(await documentOf(platform, { controllers: [Two, Either, Undeclared] }))).toMatchObject({
      'GET /two/guarded': { security: [{ partners: [], [SCW_SECURITY]: [] }, both] },
      'GET /two/optional': { security: [both, { people: [] }] },
      'GET /two/written': { security: [{ people: [] }, { [SCW_SECURITY]: [] }] },
      'GET /either': { security: [{ people: [] }, { [SCW_SECURITY]: [] }] },
      'GET /undeclared': { security: [{ people: [] }] },
    });
  });

  it('has the scheme for a route whose author refers to it by hand', async () => {
    @Injectable()
    class ForeignGuard {
      canActivate() {
        return true;
      }
    }
    @ApiSecurity(SCW_SECURITY)
    @UseGuards(ForeignGuard)
    @Controller('reports')
    class Reports {
      @Get()
      list() {}
    }
    const document = await documentOf(platform, { controllers: [Reports] });
    expect(summaryOf(document)['GET /reports']!.security).toEqual(guarded.security);
    expect(Object.keys(schemes(document)!)).toEqual([SCW_SECURITY]);
  });

  it('is untouched where the builder was not given to addScwSecurity', async () => {
    addScwSecurity(new DocumentBuilder());
    const document = await documentOf(platform, { controllers: [Orders], builder: (made) => made });
    expect(summaryOf(document)).toEqual({ 'GET /orders': open });
  });

  it('can be made again and again, from a copy of the configuration too', async () => {
    await withDocumented(platform, { controllers: [Orders] }, ({ app }) => {
      const config = addScwSecurity(addScwSecurity(new DocumentBuilder())).build();
      for (const each of [config, { ...config }, config]) {
        const document = SwaggerModule.createDocument(app, each);
        expect(summaryOf(document)).toEqual({ 'GET /orders': guarded });
        expect(Object.keys(schemes(document)!)).toEqual([SCW_SECURITY]);
      }
    });
  });
});

it('is untouched in an application without ScalewayAuthModule', async () => {
  @Module({ controllers: [Open] })
  class Root {}
  const app = await NestFactory.create(Root, { logger: false });
  const document = SwaggerModule.createDocument(app, addScwSecurity(new DocumentBuilder()).build());
  expect(summaryOf(document)).toEqual({ 'GET /open': open });
  await app.close();
});
