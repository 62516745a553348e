/**
 * What the copies of this package in one process (ESM, CommonJS) share: made by the copy that asks first.
 *
 * @param name what it is, as in `call-slots`
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const holder = globalThis as unknown as Record<symbol, T>;
  return (holder[Symbol.for(`nestjs-scaleway-auth:${name}`)] ??= make());
}
