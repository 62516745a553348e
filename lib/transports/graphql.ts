import { type ExecutionContext, InternalServerErrorException } from '@nestjs/common';
import { refusalStatus } from '../refusal/refusal-reasons.js';
import { httpRefusal } from './http.js';
import { isObject, OVERRIDE, type Transport, withHeaders } from './transport.js';

/** What graphql hands to a resolver, after its parent and its arguments. */
interface ResolverCall {
  /** What @nestjs/graphql puts `req` into, whatever else an application's `context` function has put there. */
  readonly contextValue: { readonly req?: unknown } | undefined;
  readonly isSubscription: boolean;
}

/**
 * GraphQL over HTTP. All fields of an operation share one request, and its claims.
 *
 * The answer has no `WWW-Authenticate`: its status is 200, other fields of it may have succeeded, and what a GraphQL client
 * looks at is `extensions.code`.
 */
export const graphql: Transport = {
  request(context) {
    const { contextValue, isSubscription } = resolverCall(context);
    // One check at its start would let a subscription run long after its token has expired.
    return isSubscription ? undefined : withHeaders(contextValue?.req);
  },
  holder(context) {
    const { contextValue } = resolverCall(context);
    return isObject(contextValue?.req) ? contextValue.req : contextValue;
  },
  // graphql copies `extensions` from whatever was thrown, so this needs no class of any library and suits every driver.
  refusal: (_context, reason) =>
    Object.assign(httpRefusal(reason), {
      extensions: { code: refusalStatus(reason) === 403 ? 'FORBIDDEN' : 'UNAUTHENTICATED' },
    }),
  remedy: (context) =>
    resolverCall(context).isSubscription
      ? `Subscriptions live longer than the request that started them, and longer than its token may: ${OVERRIDE}`
      : `The GraphQL context has no "req" with headers, as over graphql-ws, or after a "context" function that replaces it: ${OVERRIDE}`,
  // graphql sends the message of any error to the client.
  masked: (error) => new InternalServerErrorException(undefined, { cause: error }),
};

function resolverCall(context: ExecutionContext): ResolverCall {
  const [, , contextValue, info] = context.getArgs<[unknown, unknown, unknown, unknown]>();
  const { operation } = (info ?? {}) as { operation?: { operation?: unknown } };
  return {
    contextValue: isObject(contextValue) ? contextValue : undefined,
    isSubscription: operation?.operation === 'subscription',
  };
}
