import { OPTIONAL_ROUTE, routeDecorator } from '../routes/route-metadata.js';

/**
 * Lets requests without a token in as well: `@ScwClaims()` is then undefined. A token that is sent and fails is refused
 * all the same. Stands on a handler or a class; `@ScwOptional(false)` on a handler wants a token again. Like an
 * exemption it is not inherited by subclasses.
 *
 * @param optional default true
 * @example
 * @ScwOptional()
 * @Get('catalogue')
 * list(@ScwClaims() caller: ScwTokenClaims | undefined) { return caller ? this.all() : this.published(); }
 */
export const ScwOptional = (optional = true): MethodDecorator & ClassDecorator =>
  routeDecorator(OPTIONAL_ROUTE, optional);
