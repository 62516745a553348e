import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { handlerName } from '../routes/handler-name.js';
import { routePolicy } from '../routes/route-policy.js';
import { callOf } from '../transports/call-of.js';
import { AMBIGUOUS, claimsIn } from '../transports/claims-slot.js';
import { isOfPublicContainer } from '../transports/public-server.js';
import type { ScwTokenClaims } from '../verification/scw-token-claims.js';

/**
 * Gives a handler the {@link ScwTokenClaims} of the token that `ScalewayAuthGuard` let in, or one of them by its name.
 * Undefined when the container is public, or the route exempt with `@ScwPublic()`: nobody was checked there; and on a route
 * with `@ScwOptional()` when no token was sent.
 *
 * @throws ScalewayAuthConfigurationError (the client sees a 500) on any other route that no `ScalewayAuthGuard` checked,
 * since a handler that asks who called must not run for anybody
 * @example
 * @Get('orders')
 * list(@ScwClaims() caller: ScwTokenClaims, @ScwClaims('tokenId') tokenId: string | undefined) {}
 */
export const ScwClaims: (
  property?: keyof ScwTokenClaims,
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
) => ParameterDecorator = createParamDecorator(
  (property: keyof ScwTokenClaims | undefined, context: ExecutionContext) => {
    if (routePolicy(context.getHandler(), context.getClass()).isPublic) return undefined;

    const slot = callOf(context).claimsSlot;
    const claims = claimsIn(slot);
    if (claims === AMBIGUOUS)
      throw new ScalewayAuthConfigurationError(
        `@ScwClaims() in ${handlerName(context)} cannot tell who called: this transport gives several calls the same ` +
          'context object. Have it make one for each call, or send an object as payload.',
      );
    if (claims === null) return undefined;
    if (claims !== undefined) return property === undefined ? claims : claims[property];
    if (isOfPublicContainer(slot)) return undefined;

    throw new ScalewayAuthConfigurationError(
      `@ScwClaims() stands in ${handlerName(context)}, which no ScalewayAuthGuard has checked. Add @UseGuards(ScalewayAuthGuard) to it or to ` +
        'its class, or guard the whole application with ScalewayAuthModule.forRoot({ protectAllRoutes: true }). In a test, ' +
        'replace the guard by withScwClaims() of nestjs-scaleway-auth/testing.',
    );
  },
);
