import { join } from 'node:path';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, Injectable, type INestMicroservice, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  GrpcMethod,
  GrpcStreamCall,
  GrpcStreamMethod,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  type ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import { from, map, type Observable, toArray } from 'rxjs';
import { collectingLogger, type LogLine, rootModule } from '../support/app.js';
import {
  applicationId,
  environment,
  foreignKey,
  forApplication,
  namespaceId,
  publicKeyPem,
  token,
} from '../support/issuer.js';
import { freePort, root } from '../support/process.js';
import { TOKEN_CASES } from './cases.js';

interface Answer {
  readonly caller: string;
}

const answer = (caller: ScwTokenClaims | undefined): Answer => ({ caller: caller?.scope ?? 'nobody' });

@UseGuards(ScalewayAuthGuard)
@Controller()
class OrdersController {
  @GrpcMethod('Orders')
  guarded(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwPublic()
  @GrpcMethod('Orders')
  exempt(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwOptional()
  @GrpcMethod('Orders')
  optional(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @ScwRequireScope('application')
  @GrpcMethod('Orders')
  own(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return answer(caller);
  }
  @GrpcMethod('Orders')
  listed(@ScwClaims() caller: ScwTokenClaims | undefined) {
    return from([answer(caller)]);
  }
  @GrpcStreamMethod('Orders')
  talk(@Payload() questions: Observable<unknown>, @ScwClaims() caller: ScwTokenClaims | undefined) {
    return questions.pipe(map(() => answer(caller)));
  }
  @GrpcStreamMethod('Orders')
  sum(@Payload() questions: Observable<unknown>, @ScwClaims() caller: ScwTokenClaims | undefined) {
    return questions.pipe(
      toArray(),
      map(() => answer(caller)),
    );
  }
  @GrpcStreamCall('Orders')
  raw(@Payload() call: ServerDuplexStream<unknown, Answer>, @ScwClaims() caller: ScwTokenClaims | undefined): void {
    call.on('data', () => call.write(answer(caller))).on('end', () => call.end());
  }
  @GrpcStreamCall('Orders')
  rawSum(
    @Payload() call: ServerReadableStream<unknown, Answer>,
    @Ctx() callback: sendUnaryData<Answer>,
    @ScwClaims() caller: ScwTokenClaims | undefined,
  ): void {
    call.on('data', () => {}).on('end', () => callback(null, answer(caller)));
  }
}

@Injectable()
class FindsNothing extends ScalewayAuthGuard {
  protected override getRequest() {
    return undefined;
  }
}

@Controller()
class OpenController {
  @GrpcMethod('Orders')
  unguarded(@ScwClaims() caller: ScwTokenClaims) {
    return answer(caller);
  }
}

const proto = { package: 'orders', protoPath: join(root, 'test/transports/orders.proto') };
const CODES = { 401: 16, 403: 7 };
const MESSAGES = { 401: 'Unauthorized', 403: 'Forbidden' };

describe('a gRPC microservice', () => {
  let service: INestMicroservice;
  let client: Client & Record<string, Function>;
  let logs: LogLine[];

  async function start(env: object = environment, options: object = {}): Promise<void> {
    logs = [];
    const url = `127.0.0.1:${await freePort()}`;
    service = await NestFactory.createMicroservice<MicroserviceOptions>(
      rootModule({
        imports: [ScalewayAuthModule.forRoot({ environment: env, ...options })],
        controllers: [OrdersController, OpenController],
      }),
      { transport: Transport.GRPC, options: { ...proto, url }, logger: collectingLogger(logs), abortOnError: false },
    );
    await service.listen();
    logs.length = 0;
    const { orders } = loadPackageDefinition(loadSync(proto.protoPath)) as any;
    client = new orders.Orders(url, credentials.createInsecure());
  }
  afterEach(async () => {
    client.close();
    await service.close();
  });

  /** How a call ends: with who called, or with the code and text of its status. */
  function call(method: string, ...lines: [string, string][]): Promise<unknown> {
    const metadata = new Metadata();
    for (const [name, value] of lines) metadata.add(name, value);
    return new Promise((resolve) => {
      const ended = (error: ServiceError | null, got?: Answer) =>
        resolve(error === null ? got!.caller : [error.code, error.details]);
      if (method === 'Listed')
        client[method]!({}, metadata)
          .on('data', (got: Answer) => ended(null, got))
          .on('error', ended);
      else if (method.endsWith('Sum')) {
        const stream = client[method]!(metadata, ended);
        stream.on('error', () => {});
        stream.write({});
        stream.end();
      } else if (['Talk', 'Raw'].includes(method)) {
        const stream = client[method]!(metadata)
          .on('data', (got: Answer) => ended(null, got))
          .on('error', ended);
        stream.write({});
        stream.end();
      } else client[method]!({}, metadata, ended);
    });
  }
  const sent = (value: string | undefined): [string, string][] =>
    value === undefined ? [] : [['x-auth-token', value]];
  const refused = (status: 401 | 403) => [CODES[status], MESSAGES[status]];

  describe.each(['Guarded', 'Listed', 'Talk', 'Sum', 'Raw', 'RawSum'])('%s', (method) => {
    it.each(TOKEN_CASES)('with $name ends with $ends', async ({ token: make, ends, reason }) => {
      await start();
      const value = make();
      expect(await call(method, ...sent(value))).toEqual(typeof ends === 'string' ? ends : refused(ends));
      const logged = JSON.stringify(logs);
      if (reason !== undefined) expect(logged).toContain(`"reason":"${reason}"`);
      for (const secret of [value, namespaceId, applicationId, publicKeyPem.split('\n')[1]!])
        if (secret !== undefined && secret.length > 2) expect(logged).not.toContain(secret);
    });
  });

  it('takes the headers of HTTP as metadata, in the same order', async () => {
    await start();
    expect(await call('Guarded', ['authorization', `Bearer ${token()}`])).toBe('namespace');
    expect(await call('Guarded', ['SCW-Functions-Token', token()])).toBe('namespace');
    expect(await call('Guarded', ['x-auth-token', 'rubbish'], ['authorization', `Bearer ${token()}`])).toEqual(
      refused(401),
    );
    expect(await call('Guarded', ['token', token()])).toEqual(refused(401));
  });
  it('lets a token in that it has not seen while forged ones come in, and loses nothing that its caller has sent', async () => {
    await start();
    for (const method of ['Guarded', 'Listed', 'Talk', 'Sum', 'Raw', 'RawSum']) {
      expect(await call(method, ...sent(token({}, foreignKey)))).toEqual(refused(401));
      expect(await call(method, ...sent(token({ jti: method })))).toBe('namespace');
    }
  });
  it('refuses a token that is sent twice', async () => {
    await start();
    const same = token();
    expect(await call('Guarded', ['x-auth-token', same], ['x-auth-token', same])).toEqual(refused(401));
    expect(await call('Guarded', ['x-auth-token', `${same},${same}`])).toEqual(refused(401));
    expect(JSON.stringify(logs).match(/duplicate_token/g)).toHaveLength(2);
  });

  it('knows exempt methods, optional tokens and scopes', async () => {
    await start();
    expect(await call('Exempt')).toBe('nobody');
    expect(await call('Exempt', ...sent(token()))).toBe('nobody');
    expect(await call('Optional')).toBe('nobody');
    expect(await call('Optional', ...sent(token()))).toBe('namespace');
    expect(await call('Optional', ...sent(token({}, foreignKey)))).toEqual(refused(401));
    expect(await call('Own', ...sent(token()))).toEqual(refused(403));
    expect(await call('Own', ...sent(token(forApplication(applicationId))))).toBe('application');
  });
  it('makes @ScwClaims() in a method that nobody guards an error', async () => {
    await start();
    expect(await call('Unguarded', ...sent(token()))).toEqual([2, 'Internal server error']);
    expect(logs.map(({ message }) => (message as Error).message ?? message).join()).toContain(
      'OpenController.unguarded, which no ScalewayAuthGuard has checked',
    );
  });
  it('is guarded whole by protectAllRoutes', async () => {
    await start(environment, { protectAllRoutes: true });
    expect(await call('Unguarded')).toEqual(refused(401));
    expect(await call('Unguarded', ...sent(token()))).toBe('namespace');
    expect(await call('Exempt')).toBe('nobody');
  });
  it('answers every kind of call where getRequest finds nothing, and nothing is left unhandled', async () => {
    await start(environment, { protectAllRoutes: { guard: FindsNothing } });
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    for (const method of ['Guarded', 'Listed', 'Talk', 'Sum', 'Raw', 'RawSum'])
      expect([method, await call(method, ...sent(token()))]).toEqual([
        method,
        [expect.any(Number), 'Internal server error'],
      ]);
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
  it('checks nothing on a public container', async () => {
    await start({ SCW_PUBLIC: 'true' });
    for (const method of ['Guarded', 'Optional', 'Own', 'Exempt', 'Listed', 'Talk', 'Sum', 'Raw', 'RawSum'])
      expect(await call(method, ...sent('x'))).toBe('nobody');
  });
});
