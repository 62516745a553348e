import type { ExecutionContext } from '@nestjs/common';
import { type ScwRefusalReason, statusOf } from '../../refusal/refusal-reasons.js';
import type { RequestHeaders } from '../../request/token-extractor.js';
import { type Call, isObject, OVERRIDE } from '../call.js';
import { slotBeside } from '../claims-slot.js';
import { httpException, internalError } from '../http.js';
import { isOfOneRequest, requestOfOperation } from './operation-request.js';

/** What is known of a running operation: the part of graphql's `GraphQLResolveInfo` that is used. */
interface ResolveInfo {
  readonly operation?: { readonly operation?: unknown };
  readonly variableValues?: unknown;
}

/**
 * GraphQL over HTTP. All fields of an operation share one request, and its claims.
 *
 * The answer has no `WWW-Authenticate`: its status is 200, other fields of it may have succeeded, and what a GraphQL client
 * looks at is `extensions.code`.
 */
export class GraphqlCall implements Call {
  private readonly contextValue: object | undefined;
  private readonly info: ResolveInfo;

  constructor(context: ExecutionContext) {
    const args = context.getArgs<unknown[]>();
    // As Nest's GqlExecutionContext: a reference of a federation has no arguments, (reference, context, info).
    const [contextValue, info] = args.length === 3 ? args.slice(1) : args.slice(2);
    this.contextValue = isObject(contextValue) ? contextValue : undefined;
    this.info = isObject(info) ? info : {};
  }

  get request(): RequestHeaders | undefined {
    // One check at its start would let a subscription run long after its token has expired.
    return this.isSubscription ? undefined : requestOfOperation(this.contextValue);
  }

  /** One for each operation, whatever an application shares between them. */
  get claimsSlot(): object | undefined {
    const {
      contextValue,
      info: { variableValues },
    } = this;
    if (contextValue === undefined) return undefined;
    if (isOfOneRequest(contextValue)) return slotBeside([contextValue]);
    // Of a library or a socket that this package has not prepared. graphql makes variables for each execution.
    return isObject(variableValues) ? slotBeside([contextValue, variableValues]) : undefined;
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
      : `This operation has no HTTP request of its own, as over graphql-ws, or where an application calls graphql itself: ${OVERRIDE}`;
  }

  /** graphql sends the message of any error to the client. */
  mask(error: Error): Error {
    return internalError(error);
  }

  private get isSubscription(): boolean {
    return this.info.operation?.operation === 'subscription';
  }
}
