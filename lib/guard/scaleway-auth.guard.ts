import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../refusal/refusal.js';
import { refusalStatus } from '../refusal/refusal-reasons.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { APPLICATION_AUTH, type ApplicationAuth } from '../module/application-auth.js';
import type { Verdict } from '../verification/verdict.js';
import type { ScwTokenClaims } from '../verification/scw-token-claims.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { keepClaims } from '../transports/checked-request.js';
import { acceptedChannel, refusedChannel, type ScwAcceptedEvent, type ScwRefusedEvent } from '../refusal/events.js';
import { type RoutePolicy, routePolicy } from '../routes/route-policy.js';
import { http, type Transport, transportOf } from '../transports/index.js';

/**
 * Lets a request in when it carries a token that Scaleway has issued for this container or its namespace. On a public
 * container, and on routes with `@ScwPublic()`, it checks nothing.
 *
 * Throws UnauthorizedException (401) for a token that is missing or fails, and ForbiddenException (403) for a genuine one
 * that is meant for another container; the exception's `cause` is the {@link ScwRefusalReason}, and `WWW-Authenticate`
 * says as much as a stranger may know (RFC 6750 section 3). It leaves `req.user` alone.
 *
 * It stands on controllers, GraphQL resolvers, gateways and gRPC methods alike; each gets the exception that its client
 * understands. Any other call is refused, unless a subclass overrides {@link getRequest}.
 *
 * @example
 * @UseGuards(ScalewayAuthGuard)
 * @Controller('orders')
 * export class OrdersController {}
 *
 * @example
 * app.useGlobalGuards(app.get(ScalewayAuthGuard));
 */
@Injectable()
export class ScalewayAuthGuard implements CanActivate {
  /** Whether a subclass finds requests by itself; they are then not what `@ScwClaims()` looks at. */
  private readonly isOverridden = this.getRequest !== ScalewayAuthGuard.prototype.getRequest;

  constructor(@Inject(APPLICATION_AUTH) private readonly auth: ApplicationAuth) {
    if (auth?.strategy === undefined) throw builtByHand();
  }

  /** Answers at once, except where the strategy does not, or where a refusal needs the class of another library. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { auth } = this;
    if (auth?.strategy === undefined) throw builtByHand();
    const transport = transportOf(context);
    if (auth.identity.public) return letInUnchecked(context, transport);
    const policy = routePolicy(context.getHandler(), context.getClass());
    if (policy.isPublic) return true;

    const request = this.getRequest(context);
    if (request?.headers === undefined) throw this.unusable(context, transport);
    const verdict = auth.strategy.decide(request);
    return verdict instanceof Promise
      ? verdict.then((late) => this.conclude({ context, transport, policy, request }, late))
      : this.conclude({ context, transport, policy, request }, verdict);
  }

  private conclude({ context, transport, policy, request }: Call, verdict: Verdict): true | Promise<never> {
    const { claims, refusal, header, thrown } = verdict;
    let kept: ScwTokenClaims | null;
    if (claims === undefined || refusal !== undefined) {
      if (!policy.isOptional || refusal?.reason !== 'no_token')
        return this.refuse(context, transport, refusal ?? new Refusal('unexpected'), thrown);
      kept = null;
    } else if (policy.scope !== undefined && policy.scope !== claims.scope)
      return this.refuse(context, transport, new Refusal('wrong_scope', header, claims.tokenId));
    else kept = claims;

    const holder = transport === http && !this.isOverridden ? request : transport.holder(context);
    if (holder !== undefined) keepClaims(holder, kept);
    if (acceptedChannel.hasSubscribers && kept !== null)
      acceptedChannel.publish({
        handler: routeOf(context),
        scope: kept.scope,
        tokenId: kept.tokenId,
      } satisfies ScwAcceptedEvent);
    return true;
  }

  /**
   * Where the guard looks for a token: an object with `headers`, their names in lower case. Undefined where the call has
   * none, which refuses it. Override it for calls that carry their token in another way, and leave the rest to `super`.
   *
   * A value that is not a string counts as absent, and an array of several as a token sent twice.
   *
   * @example
   * @Injectable()
   * export class MessageTokenGuard extends ScalewayAuthGuard {
   *   protected override getRequest(context: ExecutionContext) {
   *     if (context.getType() !== 'rpc') return super.getRequest(context);
   *     const { token } = context.switchToRpc().getData<{ token?: string }>();
   *     return { headers: { 'x-auth-token': token } };
   *   }
   * }
   */
  protected getRequest(context: ExecutionContext): RequestHeaders | undefined {
    return transportOf(context).request(context);
  }

  private refuse(context: ExecutionContext, transport: Transport, refusal: Refusal, thrown?: unknown): Promise<never> {
    const { reason, header, tokenId } = refusal;
    const status = refusalStatus(reason);
    const handler = routeOf(context);
    this.auth.reportRefusal(refusal, thrown, handler);
    if (refusedChannel.hasSubscribers)
      refusedChannel.publish({ reason, status, handler, header, tokenId } satisfies ScwRefusedEvent);
    if (transport === http) this.auth.challenge(context.switchToHttp().getResponse(), reason);
    const exception = transport.refusal(context, reason);
    if (exception instanceof Error) throw exception;
    return exception.then((error) => {
      throw error;
    });
  }

  /** The developer's error; it is logged here too, since not every transport logs what is thrown. */
  private unusable(context: ExecutionContext, transport: Transport): Error {
    const route = routeOf(context);
    const type = context.getType<string>();
    const error = new ScalewayAuthConfigurationError(
      `ScalewayAuthGuard found nothing that could carry a token in the call of ${route} over "${type}", so it is refused. ` +
        transport.remedy(context),
    );
    if (transport.masked === undefined) return error;
    this.auth.log.report({ reason: 'unexpected', handler: route, detail: error.message });
    return transport.masked(error);
  }
}

/** What the guard knows of a call before its token is looked at. */
interface Call {
  readonly context: ExecutionContext;
  readonly transport: Transport;
  readonly policy: RoutePolicy;
  readonly request: RequestHeaders;
}

/** Over HTTP nothing is written; elsewhere `@ScwClaims()` has no other way to know that nobody had to be checked. */
function letInUnchecked(context: ExecutionContext, transport: Transport): true {
  const holder = transport === http ? undefined : transport.holder(context);
  if (holder !== undefined) keepClaims(holder, null);
  return true;
}

function routeOf(context: ExecutionContext): string {
  return `${context.getClass().name}.${context.getHandler().name}`;
}

function builtByHand(): ScalewayAuthConfigurationError {
  return new ScalewayAuthConfigurationError(
    'ScalewayAuthGuard was built by hand, without its dependencies. Write @UseGuards(ScalewayAuthGuard), without "new"; or ' +
      'app.useGlobalGuards(app.get(ScalewayAuthGuard)); or ScalewayAuthModule.forRoot({ protectAllRoutes: true }).',
  );
}
