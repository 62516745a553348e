import { Controller, type ExecutionContext, type INestMicroservice, Injectable, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientTCP,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwPublic,
  ScwRequireScope,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { lastValueFrom } from 'rxjs';
import { collectingLogger, type LogLine, rootModule } from '../support/app.js';
import { applicationId, environment, forApplication, token } from '../support/issuer.js';
import { freePort } from '../support/process.js';
import { TOKEN_CASES } from './cases.js';

/** What an application writes whose messages carry the token in their payload. */
@Injectable()
class MessageTokenGuard extends ScalewayAuthGuard {
  protected override getRequest(context: ExecutionContext) {
    if (context.getType() !== 'rpc') return super.getRequest(context);
    const data = context.switchToRpc().getData<string | { token?: string }>();
    return { headers: { 'x-auth-token': typeof data === 'string' ? data : data.token } };
  }
}

const answer = (caller: ScwTokenClaims | undefined) => caller?.scope ?? 'nobody';

@Controller()
class OrdersController {
  static events = 0;

  @UseGuards(ScalewayAuthGuard)
  @MessagePattern('guarded')
  guarded(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @UseGuards(ScalewayAuthGuard)
  @EventPattern('happened')
  happened(@Payload() _data: unknown): void {
    OrdersController.events++;
  }
  @UseGuards(MessageTokenGuard)
  @MessagePattern('overridden')
  overridden(@Payload() _data: unknown, @ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwRequireScope('application')
  @UseGuards(MessageTokenGuard)
  @MessagePattern('own')
  own(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
}

@UseGuards(ScalewayAuthGuard)
@Controller()
class GuardedController {
  @ScwPublic()
  @MessagePattern('exempt')
  exempt(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
}

describe('a TCP microservice', () => {
  let service: INestMicroservice;
  let client: ClientTCP;
  let logs: LogLine[];

  async function start(env: object = environment): Promise<void> {
    logs = [];
    OrdersController.events = 0;
    const options = { host: '127.0.0.1', port: await freePort() };
    service = await NestFactory.createMicroservice<MicroserviceOptions>(
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment: env })],
        controllers: [OrdersController, GuardedController],
      }),
      { transport: Transport.TCP, options, logger: collectingLogger(logs), abortOnError: false },
    );
    await service.listen();
    logs.length = 0;
    client = new ClientTCP(options);
  }
  afterEach(async () => {
    client.close();
    await service.close();
  });
  const ask = (pattern: string, data: unknown = {}): Promise<unknown> =>
    lastValueFrom(client.send(pattern, data)).catch((error: unknown) => error);

  it('is refused, and the operator reads what to do', async () => {
    await start();
    const body = { token: token(), headers: { 'x-auth-token': token() }, metadata: { 'x-auth-token': token() } };
    expect(await ask('guarded', body)).toEqual({ status: 'error', message: 'Internal server error' });
    await lastValueFrom(client.emit('happened', body));
    expect(await ask('exempt', body)).toBe('nobody');
    expect(OrdersController.events).toBe(0);
    const logged = JSON.stringify(logs);
    expect(logged).toContain('gRPC alone has headers');
    expect(logged).toContain('override getRequest(context)');
    expect(logged).not.toContain(body.token);
  });
  it('runs on a public container', async () => {
    await start({ SCW_PUBLIC: 'true' });
    expect(await ask('guarded')).toBe('nobody');
    expect(await ask('overridden')).toBe('nobody');
  });

  describe('with a guard that overrides getRequest', () => {
    it.each(TOKEN_CASES)('$name ends with $ends', async ({ token: make, ends, reason }) => {
      await start();
      const message = ends === 403 ? 'Forbidden' : 'Unauthorized';
      const data = { token: make() };
      expect(await ask('overridden', data)).toEqual(typeof ends === 'string' ? ends : { status: 'error', message });
      if (reason !== undefined) expect(JSON.stringify(logs)).toContain(`"reason":"${reason}"`);
    });
    it('keeps the claims where the payload is no object', async () => {
      await start();
      expect(await ask('overridden', token())).toBe('namespace');
      expect(await ask('overridden', 'x')).toEqual({ status: 'error', message: 'Unauthorized' });
    });
    it('keeps messages of one connection apart', async () => {
      await start();
      const answers = await Promise.all([
        ask('overridden', { token: token() }),
        ask('overridden', { token: token(forApplication(applicationId)) }),
        ask('overridden', {}),
        ask('own', { token: token(forApplication(applicationId)) }),
        ask('own', { token: token() }),
      ]);
      expect(answers).toEqual([
        'namespace',
        'application',
        { status: 'error', message: 'Unauthorized' },
        'application',
        { status: 'error', message: 'Forbidden' },
      ]);
    });
    it.each([[5], [['a', 'b']], [{}], [null]])('refuses a token that is %j', async (value) => {
      await start();
      expect(await ask('overridden', { token: value })).toEqual({ status: 'error', message: 'Unauthorized' });
    });
  });
});
