import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { type ExecutionContext, HttpException } from '@nestjs/common';
import { type ScwRefusalReason, statusOf } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { isEventHandler } from '../routes/handlers.js';
import { type Call, isObject, OVERRIDE } from './call.js';
import { callSlot, sharedCallSlot } from './claims-slot.js';
import { httpException, internalError } from './http.js';

/** The part of @grpc/grpc-js's Metadata that is used; what comes over a wire as JSON has no methods. */
interface Metadata {
  toHttp2Headers(): RequestHeaders['headers'];
}

/** Of Nest 11 and 12, which log none of its kind; on Nest 10 an HttpException is but an Error. */
const IntrinsicException = Object.getPrototypeOf(HttpException) as ErrorConstructor;

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;
const INTERNAL = 13;

/** What Nest sends for an error that it does not know. */
const INTERNAL_TEXT = 'Internal server error';

/**
 * Microservices of @nestjs/microservices: gRPC, whose metadata are headers. The others have a payload and nothing beside
 * it that they have in common, so they are refused unless `getRequest` is overridden.
 */
export class RpcCall implements Call {
  private readonly metadata: Metadata | undefined;
  readonly remedy = `Of the microservice transports gRPC alone has headers, which it calls metadata: ${OVERRIDE}`;

  constructor(private readonly context: ExecutionContext) {
    // The second argument of a method; a stream's handler that takes the call as it is finds it there.
    const [call, beside] = context.getArgs<[{ readonly metadata?: unknown } | undefined, unknown]>();
    this.metadata = [beside, call?.metadata].find(isMetadata);
  }

  get request(): RequestHeaders | undefined {
    return this.metadata && { headers: this.metadata.toHttp2Headers() };
  }

  /**
   * A payload is made for each call; what Nest gives a handler beside it is, too, but a transport of the user's own may
   * give all calls the same.
   */
  get claimsSlot(): object | undefined {
    const [payload, beside] = this.context.getArgs<[unknown, unknown]>();
    const slot = isObject(payload) || isMetadata(beside) ? callSlot : sharedCallSlot;
    return slot([payload, beside], this.context.getHandler());
  }

  /**
   * Nest 11 forgets what the client of a `@GrpcStreamMethod()` has sent when it ends its stream before the handler runs, and
   * never answers. So nothing is read from it until the handler has had its turn.
   */
  hold(): (() => void) | undefined {
    const stream = this.context.getArgByIndex<Partial<Readable> | undefined>(2);
    if (typeof stream?.pause !== 'function') return undefined;
    stream.pause();
    return () => void setImmediate(() => stream.resume?.());
  }

  async reject(reason: ScwRefusalReason): Promise<Error> {
    const RpcException = await loadRpcException();
    if (RpcException === undefined) return httpException(reason);
    const forbidden = statusOf(reason) === 403;
    const message = forbidden ? 'Forbidden' : 'Unauthorized';
    const code = forbidden ? PERMISSION_DENIED : UNAUTHENTICATED;
    if (endStreamCall(this.context, { code, details: message })) return new Promise<never>(() => {});
    forgetBuffer(this.context);
    const error = this.metadata === undefined ? message : { code, message };
    return Object.assign(this.unlogged(RpcException, error), { cause: reason });
  }

  async mask(error: Error): Promise<Error> {
    const RpcException = await loadRpcException();
    if (RpcException === undefined) return internalError(error);
    if (endStreamCall(this.context, { code: INTERNAL, details: INTERNAL_TEXT })) return new Promise<never>(() => {});
    forgetBuffer(this.context);
    return Object.assign(this.unlogged(RpcException, INTERNAL_TEXT), { cause: error });
  }

  /** Nobody is answered when an event is refused, so Nest 12 logs its RpcException; but no IntrinsicException. */
  private unlogged(RpcException: new (error: string | object) => Error, error: string | object): Error {
    const isEvent = isEventHandler(this.context.getHandler()) && IntrinsicException !== Error;
    return withoutStack(() => (isEvent ? new IntrinsicException('Event refused') : new RpcException(error)));
  }
}

function isMetadata(value: unknown): value is Metadata {
  return isObject(value) && typeof (value as Partial<Metadata>).toHttp2Headers === 'function';
}

/**
 * Ends the call of a `@GrpcStreamCall()` handler, which Nest calls with the stream itself, and perhaps a callback. What is
 * thrown there Nest lets become an unhandled rejection: the client would wait for ever, and Node end the process at a
 * stranger's request. So nothing may be thrown; whoever waits for the guard waits until the call is forgotten.
 */
function endStreamCall(context: ExecutionContext, status: { code: number; details: string }): boolean {
  const [call, callback] = context.getArgs<[EventEmitter & { readonly metadata?: unknown }, unknown]>();
  if (isMetadata(callback) || !isMetadata(call?.metadata)) return false;
  if (typeof callback === 'function') callback(status);
  else call.emit('error', status);
  return true;
}

/**
 * Nest 11 drops the buffer of a `@GrpcStreamMethod()` whose client has ended or cancelled, and its listener for errors then
 * throws at the refusal that comes after: a stranger could end the process. The first listener is grpc-js's own.
 */
function forgetBuffer(context: ExecutionContext): void {
  const call = context.getArgByIndex<EventEmitter | undefined>(2);
  if (typeof call?.listeners !== 'function') return;
  for (const listener of call.listeners('error').slice(1)) call.removeListener('error', listener as () => void);
}

/** As for WebSockets: the application's own class, loaded at the first refusal. */
async function loadRpcException() {
  try {
    return (await import('@nestjs/microservices')).RpcException;
  } catch {
    return undefined;
  }
}
