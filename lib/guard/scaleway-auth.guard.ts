import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Refusal } from '../errors/refusal.js';
import { refusalStatus } from '../errors/refusal-reasons.js';
import { ScalewayAuthConfigurationError } from '../errors/scaleway-auth-configuration.error.js';
import { APPLICATION_AUTH, type ApplicationAuth } from '../scaleway-auth.application.js';
import type { RequestHeaders } from '../token/token-source.js';
import { keepClaims } from './checked-request.js';
import { routePolicy } from './route-policy.js';

/**
 * Lets a request in when it carries a token that Scaleway has issued for this container or its namespace. On a public
 * container, and on routes with `@ScwPublic()`, it checks nothing.
 *
 * Throws UnauthorizedException (401) for a token that is missing or fails, and ForbiddenException (403) for a genuine one
 * that is meant for another container; the exception's `cause` is the {@link ScwRefusalReason}, and `WWW-Authenticate`
 * says as much as a stranger may know (RFC 6750 section 3). It leaves `req.user` alone.
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
  constructor(@Inject(APPLICATION_AUTH) private readonly auth: ApplicationAuth) {
    if (auth?.strategy === undefined) throw builtByHand();
  }

  canActivate(context: ExecutionContext): boolean {
    const { auth } = this;
    if (auth?.strategy === undefined) throw builtByHand();
    if (auth.identity.public) return true;
    const policy = routePolicy(context.getHandler(), context.getClass());
    if (policy.isPublic) return true;

    const request = this.getRequest(context);
    const { claims, refusal, header, thrown } = auth.strategy.check(request);
    if (claims === undefined || refusal !== undefined) {
      if (!policy.isOptional || refusal?.reason !== 'no_token')
        return this.refuse(context, refusal ?? new Refusal('unexpected'), thrown);
      keepClaims(request, null);
      return true;
    }
    if (policy.scope !== undefined && policy.scope !== claims.scope)
      return this.refuse(context, new Refusal('wrong_scope', header, claims.tokenId));
    keepClaims(request, claims);
    return true;
  }

  private getRequest(context: ExecutionContext): RequestHeaders {
    const type = context.getType<string>();
    const request = type === 'http' ? context.switchToHttp().getRequest<RequestHeaders | undefined>() : undefined;
    if (request?.headers === undefined)
      throw new ScalewayAuthConfigurationError(
        `ScalewayAuthGuard checks HTTP requests; ${routeOf(context)} was called over "${type}", so it is refused. ` +
          'Guard HTTP controllers only, or exempt this handler with @ScwPublic() and check its callers by other means.',
      );
    return request;
  }

  private refuse(context: ExecutionContext, refusal: Refusal, thrown?: unknown): never {
    const { reason, header, tokenId } = refusal;
    const status = refusalStatus(reason);
    const logged = this.auth.log.report({ reason, status, header, handler: routeOf(context), jti: tokenId });
    if (logged && reason === 'unexpected') this.auth.reportUnexpected(thrown);
    this.auth.challenge(context.switchToHttp().getResponse(), reason);
    // The standard text alone: no id of this container and no part of the token.
    throw status === 403
      ? new ForbiddenException(undefined, { cause: reason, description: 'Forbidden' })
      : new UnauthorizedException(undefined, { cause: reason, description: 'Unauthorized' });
  }
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
