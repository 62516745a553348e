import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { acceptedChannel, refusedChannel, type ScwAcceptedEvent, type ScwRefusedEvent } from '../refusal/events.js';
import { REFUSAL_LOG, type RefusalLog } from '../refusal/refusal-log.js';
import { statusOf } from '../refusal/refusal-reasons.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import { handlerName } from '../routes/handler-name.js';
import { type RoutePolicy, routePolicy } from '../routes/route-policy.js';
import type { Call } from '../transports/call.js';
import { callOf } from '../transports/call-of.js';
import { keepClaims } from '../transports/claims-slot.js';
import { HttpCall } from '../transports/http.js';
import { type ScalewayTokenVerifier, TOKEN_VERIFIER } from '../verification/scaleway-token-verifier.js';
import type { ScwTokenClaims } from '../verification/scw-token-claims.js';
import { isVerdict, type Refused, type Verdict } from '../verification/verdict.js';

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
  /** A property, so that a subclass with additional providers only has to pass on the verifier. */
  @Inject(REFUSAL_LOG)
  private readonly refusalLog!: RefusalLog;

  /** What answers vary by. */
  private readonly headers: string;

  constructor(@Inject(TOKEN_VERIFIER) private readonly verifier: ScalewayTokenVerifier) {
    if (typeof verifier?.verify !== 'function') throw builtByHand();
    this.headers = verifier.headers.join(', ');
  }

  /** Answers immediately, except where the verifier does not, or where a refusal needs the class of another library. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { verifier } = this;
    if (verifier === undefined || this.refusalLog === undefined) throw builtByHand();
    const call = callOf(context);
    if (verifier.containerIsPublic) return letInUnchecked(call);
    const policy = routePolicy(context.getHandler(), context.getClass());
    if (policy.isPublic) return true;
    if (policy.isUnreadable) return raise(this.unable(context, call, UNREADABLE));

    const request = this.getRequest(context);
    if (request?.headers === undefined) return raise(this.unable(context, call, NO_REQUEST + call.remedy));
    const verdict = verifier.verify(request);
    if (isVerdict(verdict)) return this.answer(verdict, policy, call, context);
    const goOn = call.hold?.();
    return verdict.then((late) => this.answer(late, policy, call, context)).finally(goOn);
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
    return callOf(context).request;
  }

  /** What the route says about the verdict on its token. */
  private answer(verdict: Verdict, policy: RoutePolicy, call: Call, context: ExecutionContext): true | Promise<never> {
    if (!verdict.accepted) {
      if (policy.isOptional && verdict.reason === 'no_token') return this.accept(null, call, context);
      return this.refuse(verdict, call, context);
    }
    const { claims, header } = verdict;
    if (policy.scope === undefined || policy.scope === claims.scope) return this.accept(claims, call, context);
    return this.refuse({ accepted: false, reason: 'wrong_scope', header, tokenId: claims.tokenId }, call, context);
  }

  private accept(claims: ScwTokenClaims | null, call: Call, context: ExecutionContext): true {
    const slot = call.claimsSlot;
    if (slot !== undefined) keepClaims(slot, claims);
    if (call instanceof HttpCall) call.keepPrivate(this.headers);
    if (acceptedChannel.hasSubscribers && claims !== null)
      acceptedChannel.publish({
        handler: handlerName(context),
        scope: claims.scope,
        tokenId: claims.tokenId,
      } satisfies ScwAcceptedEvent);
    return true;
  }

  private refuse(refused: Refused, call: Call, context: ExecutionContext): Promise<never> {
    const { reason, header, tokenId } = refused;
    const handler = handlerName(context);
    this.refusalLog.report({ ...refused, handler });
    if (refusedChannel.hasSubscribers)
      refusedChannel.publish({ reason, status: statusOf(reason), handler, header, tokenId } satisfies ScwRefusedEvent);
    if (call instanceof HttpCall) call.keepPrivate(this.headers);
    return raise(call.reject(reason));
  }

  /** The developer's error is for the log, which says it a few times a second at most. */
  private unable(context: ExecutionContext, call: Call, why: string): Error | Promise<Error> {
    const handler = handlerName(context);
    const error = new ScalewayAuthConfigurationError(
      `ScalewayAuthGuard refuses the call of ${handler} over "${context.getType<string>()}": ${why}`,
    );
    this.refusalLog.report({ reason: 'unexpected', handler, detail: error.message });
    return call.mask(error);
  }
}

const NO_REQUEST = 'it found nothing that could carry a token. ';

const UNREADABLE =
  'its class puts another function in the place of a method, so nothing tells which decorators are meant for it. Leave the ' +
  'methods as they are, or decorate the class.';

function raise(exception: Error | Promise<Error>): Promise<never> {
  if (exception instanceof Error) throw exception;
  return exception.then((error) => {
    throw error;
  });
}

/** Over HTTP nothing is written; elsewhere `@ScwClaims()` has no other way to know that nobody had to be checked. */
function letInUnchecked(call: Call): true {
  const slot = call instanceof HttpCall ? undefined : call.claimsSlot;
  if (slot !== undefined) keepClaims(slot, null);
  return true;
}

function builtByHand(): ScalewayAuthConfigurationError {
  return new ScalewayAuthConfigurationError(
    'ScalewayAuthGuard was built by hand, without its dependencies. Write @UseGuards(ScalewayAuthGuard), without "new"; or ' +
      'app.useGlobalGuards(app.get(ScalewayAuthGuard)); or ScalewayAuthModule.forRoot({ protectAllRoutes: true }).',
  );
}
