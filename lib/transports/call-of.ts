import type { ExecutionContext } from '@nestjs/common';
import type { Call } from './call.js';
import { GraphqlCall } from './graphql/graphql-call.js';
import { RpcCall } from './rpc.js';
import { HttpCall } from './http.js';
import { OtherCall } from './other.js';
import { WebSocketCall } from './websocket.js';

/** By what Nest calls the kind of a call, `context.getType()`. */
const KINDS = new Map<string, new (context: ExecutionContext) => Call>([
  ['graphql', GraphqlCall],
  ['ws', WebSocketCall],
  ['rpc', RpcCall],
]);

/** The call that a context is of. */
export function callOf(context: ExecutionContext): Call {
  const type = context.getType<string>();
  // Nearly every call, and on each of them.
  if (type === 'http') return new HttpCall(context);
  return new (KINDS.get(type) ?? OtherCall)(context);
}
