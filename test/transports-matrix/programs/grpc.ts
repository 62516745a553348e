// Six kinds of gRPC method; callers end their stream, leave it open, write late or cancel, and are refused at once, from the
// thread pool, or later.
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, GrpcMethod, GrpcStreamCall, GrpcStreamMethod, Payload, Transport } from '@nestjs/microservices';
import { ScalewayAuthGuard, ScalewayAuthModule, ScwClaims, type ScwTokenClaims } from 'nestjs-scaleway-auth';
import { from, map, type Observable, toArray } from 'rxjs';
import { freePort, logger, moduleOf } from './support/application.js';
import { type Caller, callers, environment, issuer, seen, whoseClaims } from './support/callers.js';
import { Shape } from './support/report.js';

const answer = (claims: ScwTokenClaims | undefined) => {
  const { scope, id } = seen(claims);
  return { caller: `${scope} ${id}` };
};

/** How late the guard answers, in milliseconds. */
let lateness = 0;

@Injectable()
class LateGuard extends ScalewayAuthGuard {
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return lateness === 0 ? super.canActivate(context) : delay(lateness).then(() => super.canActivate(context));
  }
}

@UseGuards(LateGuard)
@Controller()
class OrdersController {
  @GrpcMethod('Orders')
  guarded(@ScwClaims() caller: ScwTokenClaims) {
    return answer(caller);
  }
  @GrpcMethod('Orders')
  listed(@ScwClaims() caller: ScwTokenClaims) {
    return from([answer(caller)]);
  }
  @GrpcStreamMethod('Orders')
  talk(@Payload() questions: Observable<unknown>, @ScwClaims() caller: ScwTokenClaims) {
    return questions.pipe(map(() => answer(caller)));
  }
  @GrpcStreamMethod('Orders')
  sum(@Payload() questions: Observable<unknown>, @ScwClaims() caller: ScwTokenClaims) {
    return questions.pipe(
      toArray(),
      map(() => answer(caller)),
    );
  }
  @GrpcStreamCall('Orders')
  raw(@Payload() stream: any, @ScwClaims() caller: ScwTokenClaims): void {
    stream.on('data', () => stream.write(answer(caller))).on('end', () => stream.end());
  }
  @GrpcStreamCall('Orders')
  rawSum(@Payload() stream: any, @Ctx() callback: any, @ScwClaims() caller: ScwTokenClaims): void {
    stream.on('data', () => {}).on('end', () => callback(null, answer(caller)));
  }
}

const KINDS = ['Guarded', 'Listed', 'Talk', 'Sum', 'Raw', 'RawSum'] as const;
const WAYS = ['ended', 'open', 'late', 'cancelled', 'cancelled later'] as const;

const protoPath = fileURLToPath(new URL('support/orders.proto', import.meta.url));
const url = `127.0.0.1:${await freePort()}`;
const service = await NestFactory.createMicroservice(
  moduleOf({ imports: [ScalewayAuthModule.forRoot({ environment })], controllers: [OrdersController] }),
  { transport: Transport.GRPC, options: { package: 'orders', protoPath, url }, logger, abortOnError: false },
);
await service.listen();
const { orders } = grpc.loadPackageDefinition(loadSync(protoPath)) as any;
const client = new orders.Orders(url, grpc.credentials.createInsecure());

async function call(kind: (typeof KINDS)[number], way: (typeof WAYS)[number], caller: Caller): Promise<string> {
  const metadata = new grpc.Metadata();
  if (caller.token !== undefined) metadata.set('x-auth-token', caller.token);
  let running: any;
  const outcome = new Promise<string>((resolve) => {
    const ended = (error: grpc.ServiceError | null, got?: { caller: string }): void => {
      if (error !== null) return resolve(codeText(error.code));
      const [scope, id] = got!.caller.split(' ');
      resolve(whoseClaims(caller, { scope: scope!, id: id! }));
    };
    const hasResponseStream = kind === 'Listed' || kind === 'Talk' || kind === 'Raw';
    const args = kind === 'Guarded' || kind === 'Listed' ? [{}, metadata] : [metadata];
    running = client[kind](...args, ...(hasResponseStream ? [] : [ended]));
    if (hasResponseStream) running.on('data', (got: { caller: string }) => ended(null, got)).on('error', ended);
    else running.on('error', () => {});
  });
  const write = (): unknown => running.write?.({});
  if (way === 'late') await delay(60);
  write();
  if (way === 'ended' || way === 'late') running.end?.();
  if (way === 'cancelled') setImmediate(() => running.cancel());
  if (way === 'cancelled later') setTimeout(() => running.cancel(), 10);
  const got = await Promise.race([outcome, delay(5000, 'no answer within 5 s')]);
  running.cancel();
  return got;
}

function codeText(code: number): string {
  return { 16: 'refused 401', 7: 'refused 403', 1: 'cancelled' }[code] ?? `code ${code}`;
}

const shape = new Shape('gRPC: six kinds of method');
for (const kind of KINDS) await shape.askAs(kind, (caller) => call(kind, 'ended', caller));
for (const [when, milliseconds] of [
  ['from the thread pool', 0],
  ['30 ms later', 30],
] as const) {
  lateness = milliseconds;
  for (const kind of KINDS)
    for (const way of WAYS)
      for (let time = 0; time < 3; time++) {
        // Before it one that is surely forged, so that this one is verified in the pool.
        void call('Guarded', 'ended', { name: 'forged', token: issuer.forged(), ends: 'refused 401' });
        const got = await call(kind, way, { name: 'forged', token: issuer.forged(), ends: 'refused 401' });
        const isRight = got === 'cancelled' && way.startsWith('cancelled');
        shape.add(`${kind}, ${way}, refused ${when}`, 'refused 401', isRight ? 'refused 401' : got);
      }
}
await delay(100);
lateness = 0;
// Good callers, too, are verified in the pool after a forged token.
for (const kind of KINDS)
  for (const way of ['ended', 'late'] as const)
    for (let time = 0; time < 3; time++) {
      void call('Guarded', 'ended', { name: 'forged', token: issuer.forged(), ends: 'refused 401' });
      const [, , , , caller] = callers();
      shape.add(`${kind}, ${way}, accepted from the thread pool`, caller!.ends, await call(kind, way, caller!));
    }
for (const kind of KINDS) await shape.askAs(`${kind}, afterwards`, (caller) => call(kind, 'ended', caller));
client.close();
await service.close();
await shape.print();
