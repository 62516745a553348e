import type { ExecutionContext } from '@nestjs/common';
import { type ScwRefusalReason, statusOf } from '../refusal/refusal-reasons.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { type Call, isObject, OVERRIDE, withHeaders } from './call.js';
import { httpException, internalError } from './http.js';

/** What @nestjs/graphql puts `req` into, whatever else an application's `context` function has put there. */
interface ContextValue {
  readonly req?: unknown;
}

/**
 * GraphQL over HTTP. All fields of an operation share one request, and its claims.
 *
 * The answer has no `WWW-Authenticate`: its status is 200, other fields of it may have succeeded, and what a GraphQL client
 * looks at is `extensions.code`.
 */
export class GraphqlCall implements Call {
  private readonly contextValue: ContextValue | undefined;
  private readonly isSubscription: boolean;

  constructor(context: ExecutionContext) {
    const [, , contextValue, info] = context.getArgs<[unknown, unknown, unknown, unknown]>();
    const { operation } = (info ?? {}) as { operation?: { operation?: unknown } };
    this.contextValue = isObject(contextValue) ? contextValue : undefined;
    this.isSubscription = operation?.operation === 'subscription';
  }

  get request(): RequestHeaders | undefined {
    // One check at its start would let a subscription run long after its token has expired.
    return this.isSubscription ? undefined : withHeaders(this.contextValue?.req);
  }

  get claimsSlot(): object | undefined {
    const { contextValue } = this;
    return isObject(contextValue?.req) ? contextValue.req : contextValue;
  }

  /** graphql copies `extensions` from whatever was thrown, so this needs no class of any library and suits every driver. */
  reject(reason: ScwRefusalReason): Error {
    return Object.assign(httpException(reason), {
      extensions: { code: statusOf(reason) === 403 ? 'FORBIDDEN' : 'UNAUTHENTICATED' },
    });
  }

  get remedy(): string {
    return this.isSubscription
      ? `Subscriptions live longer than the request that started them, and longer than its token may: ${OVERRIDE}`
      : `The GraphQL context has no "req" with headers, as over graphql-ws, or after a "context" function that replaces it: ${OVERRIDE}`;
  }

  /** graphql sends the message of any error to the client. */
  mask(error: Error): Error {
    return internalError(error);
  }
}
