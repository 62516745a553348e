import { membersOf } from '../container/members.js';
import { isScalewayAuthGuard } from '../routes/own-guard.js';

/**
 * What is wrong with the extras of a call of forRoot or forRootAsync; undefined when they are fit. The options themselves
 * are checked where they are used, since useFactory makes them later.
 */
export function problemWithExtras(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null)
    return 'ScalewayAuthModule: forRoot and forRootAsync take an object of options.';
  const { isGlobal, protectAllRoutes, graphqlGateway } = membersOf(options);
  if (isGlobal !== undefined && typeof isGlobal !== 'boolean')
    return 'ScalewayAuthModule: the option isGlobal must be true or false.';
  if (graphqlGateway !== undefined && graphqlGateway !== 'context')
    return "ScalewayAuthModule: the option graphqlGateway can be 'context' alone.";
  if (protectAllRoutes === undefined || typeof protectAllRoutes === 'boolean') return undefined;
  const { guard, ...others } = membersOf(Object(protectAllRoutes));
  return typeof guard === 'function' && isScalewayAuthGuard(guard) && Object.keys(others).length === 0
    ? undefined
    : 'ScalewayAuthModule: the option protectAllRoutes must be true or false, or { guard: a subclass of ScalewayAuthGuard }.';
}

const FACTORIES = ['useFactory', 'useClass', 'useExisting'];

const ASYNC_MEMBERS: ReadonlySet<string> = new Set(
  FACTORIES.concat('inject', 'imports', 'provideInjectionTokensFrom', 'isGlobal', 'protectAllRoutes', 'graphqlGateway'),
);

/** What is wrong with a call of forRootAsync. Nest ignores members that it does not know, so an option there had no effect. */
export function problemWithAsync(options: object): string | undefined {
  const members = membersOf(options);
  const unknown = Object.keys(members).find((name) => !ASYNC_MEMBERS.has(name));
  if (unknown !== undefined)
    return `ScalewayAuthModule.forRootAsync: ${unknown} would be ignored here; return it from useFactory.`;
  if (!FACTORIES.some((name) => members[name]))
    return 'ScalewayAuthModule.forRootAsync needs useFactory, useClass or useExisting.';
  return undefined;
}
