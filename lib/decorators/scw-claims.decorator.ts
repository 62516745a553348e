import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { claimsOf, isOfPublicContainer } from '../transports/checked-request.js';
import { routePolicy } from '../routes/route-policy.js';
import { transportOf } from '../transports/index.js';
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
    const handler = context.getHandler();
    const controller = context.getClass();
    if (routePolicy(handler, controller).isPublic) return undefined;

    const call = transportOf(context).holder(context);
    const claims = claimsOf(call);
    if (claims === null) return undefined;
    if (claims !== undefined) return property === undefined ? claims : claims[property];
    if (isOfPublicContainer(call)) return undefined;

    const route = `${controller.name}.${handler.name}`;
    throw new ScalewayAuthConfigurationError(
      `@ScwClaims() stands in ${route}, which no ScalewayAuthGuard has checked. Add @UseGuards(ScalewayAuthGuard) to it or to ` +
        'its class, or guard the whole application with ScalewayAuthModule.forRoot({ protectAllRoutes: true }). In a test, ' +
        'replace the guard by withScwClaims() of nestjs-scaleway-auth/testing.',
    );
  },
);
