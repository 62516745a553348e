import type { EventEmitter } from 'node:events';
import type { ExecutionContext } from '@nestjs/common';
import { refusalStatus } from '../refusal/refusal-reasons.js';
import { withoutStack } from '../refusal/without-stack.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { callSlot } from './call-slot.js';
import { httpRefusal } from './http.js';
import { isObject, OVERRIDE, type Transport } from './transport.js';

/** The part of @grpc/grpc-js's Metadata that is used; what comes over a wire as JSON has no methods. */
interface Metadata {
  toHttp2Headers(): RequestHeaders['headers'];
}

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

/**
 * Microservices of @nestjs/microservices: gRPC, whose metadata are headers. The others have a payload and nothing beside
 * it that they have in common, so they are refused unless `getRequest` is overridden.
 */
export const grpc: Transport = {
  request(context) {
    const metadata = metadataOf(context);
    return metadata && { headers: metadata.toHttp2Headers() };
  },
  // What Nest gives a handler beside the payload is made for each call. A stream's handler may get the call alone.
  holder(context) {
    const [payload, beside] = context.getArgs<[unknown, unknown]>();
    return callSlot(isObject(beside) ? beside : payload, context.getHandler());
  },
  async refusal(context, reason) {
    const RpcException = await loadRpcException();
    if (RpcException === undefined) return httpRefusal(reason);
    const forbidden = refusalStatus(reason) === 403;
    const message = forbidden ? 'Forbidden' : 'Unauthorized';
    const code = forbidden ? PERMISSION_DENIED : UNAUTHENTICATED;
    if (endStreamCall(context, { code, details: message })) return new Promise<never>(() => {});
    const exception = withoutStack(
      () => new RpcException(metadataOf(context) === undefined ? message : { code, message }),
    );
    return Object.assign(exception, { cause: reason });
  },
  remedy: () => `Of the microservice transports gRPC alone has headers, which it calls metadata: ${OVERRIDE}`,
};

/** The second argument of a method; a stream's handler that takes the call as it is finds it there. */
function metadataOf(context: ExecutionContext): Metadata | undefined {
  const [call, beside] = context.getArgs<[{ readonly metadata?: unknown } | undefined, unknown]>();
  return [beside, call?.metadata].find(isMetadata);
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

/** As for WebSockets: the application's own class, loaded at the first refusal. */
async function loadRpcException() {
  try {
    return (await import('@nestjs/microservices')).RpcException;
  } catch {
    return undefined;
  }
}
