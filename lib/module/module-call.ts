/**
 * What is wrong with the extras of a call of forRoot or forRootAsync; undefined when they are fit. The options themselves
 * are checked where they are used, since useFactory makes them later.
 */
export function problemWithExtras(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null)
    return 'ScalewayAuthModule: forRoot and forRootAsync take an object of options.';
  for (const name of ['isGlobal', 'protectAllRoutes']) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined && typeof value !== 'boolean')
      return `ScalewayAuthModule: the option ${name} must be true or false.`;
  }
  return undefined;
}

const FACTORIES = ['useFactory', 'useClass', 'useExisting'];

const ASYNC_MEMBERS: ReadonlySet<string> = new Set(
  FACTORIES.concat('inject', 'imports', 'provideInjectionTokensFrom', 'isGlobal', 'protectAllRoutes'),
);

/** What is wrong with a call of forRootAsync. Nest ignores members that it does not know, so an option there had no effect. */
export function problemWithAsync(options: object): string | undefined {
  const unknown = Object.keys(options).find((name) => !ASYNC_MEMBERS.has(name));
  if (unknown !== undefined)
    return `ScalewayAuthModule.forRootAsync: ${unknown} would be ignored here; return it from useFactory.`;
  if (!FACTORIES.some((name) => (options as Record<string, unknown>)[name]))
    return 'ScalewayAuthModule.forRootAsync needs useFactory, useClass or useExisting.';
  return undefined;
}
