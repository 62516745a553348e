import type { ExecutionContext } from '@nestjs/common';
import { graphql } from './graphql.js';
import { grpc } from './grpc.js';
import { http } from './http.js';
import { other } from './other.js';
import type { Transport } from './transport.js';
import { websocket } from './websocket.js';

export { http };
export type { Transport };

/** By what Nest calls the kind of a call, `context.getType()`; `http` is told below. */
const TRANSPORTS: ReadonlyMap<string, Transport> = new Map([
  ['graphql', graphql],
  ['ws', websocket],
  ['rpc', grpc],
]);

export function transportOf(context: ExecutionContext): Transport {
  const type = context.getType<string>();
  // Nearly every call, and on each of them.
  return type === 'http' ? http : (TRANSPORTS.get(type) ?? other);
}
