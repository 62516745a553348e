import 'reflect-metadata';
import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** One key for every copy of this package in a process (ESM and CommonJS builds can meet in one application). */
export const PUBLIC_ROUTE = 'nestjs-scaleway-auth:public-route';

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
export const ScwPublic = (exempt = true): CustomDecorator => SetMetadata(PUBLIC_ROUTE, exempt);
