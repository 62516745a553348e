import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import type { ScwTokenClaims } from '../verification/scw-token-claims.js';
import { scwClaimsOf } from './scw-claims-of.js';

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
    const claims = scwClaimsOf(context);
    return property === undefined ? claims : claims?.[property];
  },
);
