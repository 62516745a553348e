import { Controller, Get, type INestApplication, Module, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwRequireScope,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { type TestCaller, withScwClaims } from 'nestjs-scaleway-auth/testing';

@UseGuards(ScalewayAuthGuard)
@Controller('basket')
class BasketController {
  @Get()
  show(@ScwClaims() caller: Readonly<ScwTokenClaims>) {
    return { of: caller.applicationId ?? 'everybody' };
  }

  @ScwRequireScope('application')
  @Get('secret')
  secret() {
    return {};
  }
}

@Module({ imports: [ScalewayAuthModule.forRoot()], controllers: [BasketController] })
class AppModule {}

describe('the basket', () => {
  let app: INestApplication;

  async function start(caller: TestCaller): Promise<string> {
    const testing = await withScwClaims(Test.createTestingModule({ imports: [AppModule] }), caller).compile();
    app = testing.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    return `${await app.getUrl()}/basket`;
  }

  afterEach(() => app.close());

  it('is that of the container that asks', async () => {
    const response = await fetch(await start({ applicationId: 'shop' }));
    expect(await response.json()).toEqual({ of: 'shop' });
  });

  it('keeps its secret from the rest of the namespace', async () => {
    const response = await fetch(`${await start({ namespaceId: 'all' })}/secret`);
    expect(response.status).toBe(403);
  });
});
