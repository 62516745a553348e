import { PUBLIC_ROUTE, routeDecorator } from '../routes/route-metadata.js';

/**
 * Exempts a handler, or every handler of a class, from `ScalewayAuthGuard`: health probes, a page of documentation.
 * `@ScwPublic(false)` guards one handler of an exempt class again.
 *
 * It counts for the very class that it stands on: a controller that extends an exempt one is guarded.
 *
 * @param exempt default true
 * @example
 * @ScwPublic()
 * @Get('health')
 * health() { return 'ok'; }
 */
export const ScwPublic = (exempt = true): MethodDecorator & ClassDecorator => routeDecorator(PUBLIC_ROUTE, exempt);
