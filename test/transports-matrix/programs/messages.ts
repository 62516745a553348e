// Messages over TCP and Redis, whose token is in their payload; and without a guard that looks there.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, type ExecutionContext, Injectable, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, ScwPublic, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { lastValueFrom, timeout } from 'rxjs';
import { createApp, freePort, logger, moduleOf } from './support/application.js';
import { type Caller, environment, type Seen, seen, whoseClaims } from './support/callers.js';
import { Shape } from './support/report.js';

@Injectable()
class MessageTokenGuard extends ScalewayAuthGuard {
  protected override getRequest(context: ExecutionContext) {
    if (context.getType() !== 'rpc') return super.getRequest(context);
    const { token } = context.switchToRpc().getData<{ token?: string }>();
    return { headers: { 'x-auth-token': token } };
  }
}

@Controller()
class OrdersController {
  @MessagePattern('ask')
  ask(@Payload() _data: unknown, @ScwClaims() caller: ScwTokenClaims) {
    return seen(caller);
  }
  @ScwPublic()
  @MessagePattern('exempt')
  exempt(@ScwClaims() caller: ScwTokenClaims) {
    return seen(caller);
  }
}
@Controller({ scope: Scope.REQUEST })
class RequestedController {
  @MessagePattern('requested')
  ask(@Payload() _data: unknown, @ScwClaims() caller: ScwTokenClaims) {
    return seen(caller);
  }
}

const TEXTS: Record<string, string> = {
  Unauthorized: 'refused 401',
  Forbidden: 'refused 403',
  'Internal server error': 'refused',
};

const redisPort = await freePort();
const redis = spawn('redis-server', ['--port', String(redisPort), '--save', '', '--appendonly', 'no'], {
  stdio: 'ignore',
});
const hasRedis = await new Promise<boolean>((resolve) => {
  redis.once('error', () => resolve(false));
  redis.once('spawn', () => resolve(true));
});
if (hasRedis) await delay(500);

const port = await freePort();
const TRANSPORTS = [
  ['TCP', { transport: Transport.TCP, options: { host: '127.0.0.1', port } }],
  ...(hasRedis
    ? [['Redis', { transport: Transport.REDIS, options: { host: '127.0.0.1', port: redisPort } }] as const]
    : []),
] as [string, MicroserviceOptions][];

for (const [name, options] of TRANSPORTS)
  for (const hybrid of [false, true]) {
    const metadata = (guard: typeof ScalewayAuthGuard) => ({
      imports: [ScalewayAuthModule.forRoot({ environment, protectAllRoutes: { guard } })],
      controllers: [OrdersController, RequestedController],
    });
    const shape = new Shape(`messages over ${name}${hybrid ? ', hybrid application' : ''}`);
    for (const guard of [MessageTokenGuard, ScalewayAuthGuard]) {
      const close = hybrid ? await startHybrid(metadata(guard)) : await startAlone(metadata(guard));
      const client = ClientProxyFactory.create(options as never);
      await client.connect();
      const ask = (pattern: string) => async (caller: Caller) => {
        const data = { token: caller.token, question: 'orders' };
        const answer = client.send<Seen>(pattern, data).pipe(timeout(5000));
        const got = await lastValueFrom(answer).catch((error: { message: string }) => error);
        return 'message' in got ? (TEXTS[got.message] ?? got.message) : whoseClaims(caller, got);
      };
      const isOverridden = guard === MessageTokenGuard;
      const ends = (caller: Caller): string => (isOverridden ? caller.ends : 'refused');
      const what = isOverridden ? 'a guard that looks into messages' : 'ScalewayAuthGuard';
      await shape.askAs(what, ask('ask'), { ends });
      await shape.askAs(`${what}, request-scoped`, ask('requested'), { ends });
      shape.add(
        `${what}, exempt`,
        'no claims',
        await ask('exempt')({ name: '', token: undefined, ends: 'refused 401' }),
      );
      client.close();
      await close();
    }
    await shape.print();

    async function startAlone(root: ReturnType<typeof metadata>) {
      const service = await NestFactory.createMicroservice(moduleOf(root), {
        ...options,
        logger,
        abortOnError: false,
      } as never);
      await service.listen();
      return () => service.close();
    }
    async function startHybrid(root: ReturnType<typeof metadata>) {
      const app = await createApp(root);
      app.connectMicroservice(options, { inheritAppConfig: true });
      await app.startAllMicroservices();
      await app.listen(0, '127.0.0.1');
      return () => app.close();
    }
  }
redis.kill();
