import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims } from 'nestjs-scaleway-auth';
import { rootModule } from '../support/app.js';
import { environment, foreignKey, token } from '../support/issuer.js';

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @Get('orders')
  list(@ScwClaims('scope') scope: string): object {
    return { scope };
  }
}

/** Scaleway's containers can be asked for h2c, HTTP/2 without TLS. Of the two platforms Fastify speaks it. */
describe('over h2c', () => {
  let app: INestApplication;
  beforeAll(async () => {
    const root = rootModule({
      imports: [ScalewayAuthModule.forRoot({ environment })],
      controllers: [OrdersController],
    });
    app = await NestFactory.create(root, new FastifyAdapter({ http2: true }), { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  function ask(headers: Record<string, string | string[]>): Promise<[number, string | undefined]> {
    const session = connect(`http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`);
    return new Promise<[number, string | undefined]>((resolve, reject) => {
      session.on('error', reject);
      const stream = session.request({ ':path': '/orders', ...headers });
      stream.on('response', (answer) => {
        stream
          .resume()
          .on('end', () => resolve([answer[':status']!, answer['www-authenticate'] as string | undefined]));
      });
      stream.on('error', reject).end();
    }).finally(() => session.close());
  }

  it.each<[string, () => Record<string, string | string[]>, number]>([
    ['no token', () => ({}), 401],
    ['a token', () => ({ 'x-auth-token': token() }), 200],
    ['a token in Authorization', () => ({ authorization: `Bearer ${token()}` }), 200],
    ['a forged token', () => ({ 'x-auth-token': token({}, foreignKey) }), 401],
    ['two tokens', () => ({ 'x-auth-token': [token(), token()] }), 401],
    ['rubbish, then a token', () => ({ 'x-auth-token': ['a', token()] }), 401],
  ])('%s', async (_name, headers, status) => {
    const [answered, challenge] = await ask(headers());
    expect(answered).toBe(status);
    expect(challenge?.startsWith('Bearer realm="Scaleway container"')).toBe(status === 200 ? undefined : true);
  });
});
