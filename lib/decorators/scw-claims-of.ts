import { type ExecutionContext, Logger } from '@nestjs/common';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { isNotedAsGuarded } from '../routes/guarded-handlers.js';
import { handlerName } from '../routes/handler-name.js';
import { routePolicy } from '../routes/route-policy.js';
import { callOf } from '../transports/call-of.js';
import { GraphqlCall } from '../transports/graphql/graphql-call.js';
import { AMBIGUOUS, claimsIn } from '../transports/claims-slot.js';
import { isOfPublicContainer } from '../transports/public-server.js';
import type { ScwTokenClaims } from '../verification/scw-token-claims.js';

const logger = new Logger('ScalewayAuth');

/**
 * The {@link ScwTokenClaims} of the token that `ScalewayAuthGuard` let in, by the rules of `@ScwClaims()`: for interceptors,
 * other guards and audit logs, which have no parameters of a handler.
 *
 * @returns undefined when the container is public, the handler exempt with `@ScwPublic()`, or a token optional and none sent
 * @throws ScalewayAuthConfigurationError where no `ScalewayAuthGuard` has checked the call, or not yet: guards run in the
 * order in which they are registered, global ones first
 * @example
 * ThrottlerModule.forRoot({
 *   throttlers: [{ ttl: 60_000, limit: 100 }],
 *   getTracker: (request, context) => scwClaimsOf(context)?.tokenId ?? request.ip,
 * })
 */
export function scwClaimsOf(context: ExecutionContext): ScwTokenClaims | undefined {
  if (routePolicy(context.getHandler(), context.getClass()).isPublic) return undefined;

  const call = callOf(context);
  const slot = call.claimsSlot;
  const claims = claimsIn(slot);
  if (claims === AMBIGUOUS)
    throw new ScalewayAuthConfigurationError(
      `Nothing can tell who called ${handlerName(context)}: this transport gives several calls the same context object. ` +
        'Have it make one for each call, or send an object as payload.',
    );
  if (claims !== undefined) return claims ?? undefined;
  if (isOfPublicContainer(call.request ?? slot)) return undefined;

  const handler = handlerName(context);
  const error = new ScalewayAuthConfigurationError(
    `@ScwClaims() or scwClaimsOf() asks who called ${handler}, which no ScalewayAuthGuard has checked before. ` +
      `${isNotedAsGuarded(context.getHandler()) ? TOO_EARLY : UNGUARDED} In a test, replace the guard by withScwClaims() of ` +
      'nestjs-scaleway-auth/testing.',
  );
  if (!(call instanceof GraphqlCall)) throw error;
  // graphql sends the message of any error to the client.
  logger.error(error.message);
  throw call.mask(error);
}

const TOO_EARLY =
  'A ScalewayAuthGuard is applied to it, and runs later: guards run in the order of their registration, global ones first. ' +
  'Import ScalewayAuthModule before the module of the guard that asks, or ask in an interceptor or in the handler.';

const UNGUARDED =
  'Add @UseGuards(ScalewayAuthGuard) to it or to its class, or guard the whole application with ' +
  'ScalewayAuthModule.forRoot({ protectAllRoutes: true }).';
