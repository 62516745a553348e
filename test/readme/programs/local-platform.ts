import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ScalewayAuthGuard, ScalewayAuthModule } from 'nestjs-scaleway-auth';
import { LocalScalewayPlatform, ScalewayTokenClient } from 'nestjs-scaleway-auth/platform';

const platform = new LocalScalewayPlatform();
await platform.start();
const namespace = await platform.addNamespace();
const orders = platform.addContainer(namespace);
const billing = platform.addContainer(namespace);

@UseGuards(ScalewayAuthGuard)
@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return [];
  }
}

@Module({
  imports: [ScalewayAuthModule.forRoot({ environment: platform.environmentOf(orders) })],
  controllers: [OrdersController],
})
class OrdersModule {}

const app = await NestFactory.create(OrdersModule, { logger: false });
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/orders`;

// Over HTTP, as from Scaleway.
const client = new ScalewayTokenClient({ apiUrl: platform.url, secretKey: platform.secretKey, region: 'fr-par' });
const { token } = await client.issueJwt({ containerId: orders.id }, { expiresAt: new Date(Date.now() + 60_000) });
// And without.
const expired = await platform.issueToken(orders, { expiresAt: new Date(Date.now() - 60_000) });
const forBilling = await platform.issueToken(billing);
const forAll = await platform.issueToken(namespace);

for (const [name, each] of Object.entries({ token, expired, forBilling, forAll })) {
  const { status } = await fetch(url, { headers: { 'X-Auth-Token': each } });
  console.log(name, status);
}

await app.close();
await platform.stop();
