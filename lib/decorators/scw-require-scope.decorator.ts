import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import type { ScwTokenScope } from '../container/token-scope.js';
import { REQUIRED_SCOPE, routeDecorator } from '../routes/route-metadata.js';

/**
 * Lets in tokens of one scope only: `'application'`, a token for this very container, or `'namespace'`, one for all of its
 * namespace. Others are refused with 403, `wrong_scope`. Stands on a handler or a class, and is inherited by subclasses.
 *
 * @throws ScalewayAuthConfigurationError when the scope is neither of the two
 * @example
 * @ScwRequireScope('application')
 * @Delete('orders/:id')
 * remove(@Param('id') id: string) {}
 */
export function ScwRequireScope(scope: ScwTokenScope): MethodDecorator & ClassDecorator {
  if (scope !== 'application' && scope !== 'namespace')
    throw new ScalewayAuthConfigurationError("@ScwRequireScope takes 'application' or 'namespace'.");
  return routeDecorator(REQUIRED_SCOPE, scope);
}
