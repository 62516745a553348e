/** How long the strategies after ours may take, in milliseconds. */
const OTHERS_TAKE_AT_MOST_MS = 10_000;

/**
 * Reports a failed attempt when no other strategy has let the request in.
 *
 * A strategy is not told how the others end. But `request.authInfo` is: passport writes it when one has succeeded, and
 * `AuthGuard` of @nestjs/passport when all have failed, with their challenges. Where nothing writes it, as where passport runs
 * as middleware and all have failed, the attempt is reported after {@link OTHERS_TAKE_AT_MOST_MS}.
 *
 * @param challenge what our strategy fails with next
 */
export function reportIfRefusedByAll(request: object, challenge: string, report: () => void): void {
  const timer = setTimeout(report, OTHERS_TAKE_AT_MOST_MS).unref();
  const before = Object.getOwnPropertyDescriptor(request, 'authInfo');
  const isWatched = Reflect.defineProperty(request, 'authInfo', {
    configurable: true,
    enumerable: before?.enumerable ?? false,
    get: () => before?.value as unknown,
    set(info: unknown) {
      clearTimeout(timer);
      // Of another attempt on the same request.
      before?.set?.call(request, info);
      Object.defineProperty(request, 'authInfo', { value: info, writable: true, configurable: true, enumerable: true });
      if ([info].flat().includes(challenge)) report();
    },
  });
  if (isWatched) return;
  clearTimeout(timer);
  report();
}
