// Other ways to reach HTTP handlers: HTTP/2 in clear text, a serverless function, and two containers' identities in a process.
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { ScalewayAuthModule, ScwClaims, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { createScalewayTestIssuer } from 'nestjs-scaleway-auth/testing';
import { createApp, listen, newAdapter, platform } from './support/application.js';
import { type Caller, environment, issuer, seen } from './support/callers.js';
import { askHttp, headersOf, outcome } from './support/http.js';
import { Shape } from './support/report.js';

@Controller()
class OrdersController {
  @Get('orders')
  list(@ScwClaims() caller: ScwTokenClaims) {
    return seen(caller);
  }
}
const metadata = (of: { environment: object } = { environment }) => ({
  imports: [ScalewayAuthModule.forRoot({ environment: of.environment, protectAllRoutes: true })],
  controllers: [OrdersController],
});

// Express does not speak HTTP/2.
if (platform === 'fastify') {
  const app = await createApp(metadata(), newAdapter({ http2: true }));
  const session = http2.connect(await listen(app));
  const shape = new Shape('HTTP/2 in clear text (h2c)');
  await shape.askAs('GET', async (caller) => {
    const headers = headersOf(caller);
    const stream = session.request({ ':path': '/orders', ...headers });
    const [{ ':status': status }] = (await once(stream, 'response')) as [{ ':status': number }];
    let text = '';
    for await (const part of stream.setEncoding('utf8')) text += part;
    return outcome(caller, status, text);
  });
  session.close();
  await app.close();
  await shape.print();
}

{
  // As a function's handler does: initialized at the first call and never listening, it is given each request.
  const app = await createApp(metadata());
  await app.init();
  const instance = app.getHttpAdapter().getInstance();
  if (platform === 'fastify') await instance.ready();
  const handler = platform === 'express' ? instance : (req: unknown, res: unknown) => instance.routing(req, res);
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shape = new Shape('serverless handler');
  await shape.askAs('GET', (caller) => askHttp(`${url}/orders`, caller));
  if (platform === 'fastify')
    await shape.askAs('inject', async (caller) => {
      const headers = headersOf(caller);
      const { statusCode, payload } = await instance.inject({ url: '/orders', headers });
      return outcome(caller, statusCode, payload);
    });
  server.close();
  server.closeAllConnections();
  await app.close();
  await shape.print();
}

{
  const [one, other] = [issuer, createScalewayTestIssuer()];
  const apps = [await createApp(metadata(one)), await createApp(metadata(other))] as const;
  const urls = [await listen(apps[0]), await listen(apps[1])] as const;
  const shape = new Shape('two identities in a process');
  await shape.askAs('one', (caller) => askHttp(`${urls[0]}/orders`, caller), { of: one });
  await shape.askAs('the other', (caller) => askHttp(`${urls[1]}/orders`, caller), { of: other });
  const crossed: Caller[] = [
    { name: 'namespace', token: one.token(), ends: 'refused 403' },
    { name: 'container', token: one.applicationToken(), ends: 'refused 403' },
  ];
  for (const caller of crossed) {
    shape.add(
      `one's token for its ${caller.name}, at the other`,
      caller.ends,
      await askHttp(`${urls[1]}/orders`, caller),
    );
    const url = `${urls[0]}/orders`;
    shape.add(`and at its own`, 'let in', (await askHttp(url, caller)).startsWith('refused') ? 'refused' : 'let in');
  }
  await apps[0].close();
  await shape.askAs('the other, when the one is closed', (caller) => askHttp(`${urls[1]}/orders`, caller), {
    of: other,
  });
  await apps[1].close();
  await shape.print();
}
