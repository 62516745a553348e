/** The time limit for the strategies after ours, in milliseconds. */
const OTHERS_TAKE_AT_MOST_MS = 10_000;

/** Requests that are kept for so long; with passport as middleware a flood would fill the memory. */
const MAX_PENDING = 1000;
let pending = 0;

/**
 * Reports a failed attempt if no other strategy accepts the request.
 *
 * Passport does not tell a strategy about the others, but `request.authInfo` is set afterwards: by passport if a strategy has
 * succeeded, and by `AuthGuard` of @nestjs/passport, with all challenges, if all have failed. If nothing sets it (passport as
 * middleware, and all have failed), the attempt is reported after {@link OTHERS_TAKE_AT_MOST_MS}; immediately while too many wait.
 *
 * @param challenge the challenge that our strategy fails with next
 */
export function reportIfRefusedByAll(request: object, challenge: string, report: () => void): void {
  if (pending >= MAX_PENDING) return report();
  pending++;
  let isPending = true;
  const settle = () => {
    if (isPending) pending--;
    isPending = false;
    clearTimeout(timer);
  };
  const timer = setTimeout(() => {
    settle();
    report();
  }, OTHERS_TAKE_AT_MOST_MS).unref();
  const before = Object.getOwnPropertyDescriptor(request, 'authInfo');
  const isWatched = Reflect.defineProperty(request, 'authInfo', {
    configurable: true,
    enumerable: before?.enumerable ?? false,
    get: () => before?.value as unknown,
    set(info: unknown) {
      settle();
      // Another attempt on the same request.
      before?.set?.call(request, info);
      Object.defineProperty(request, 'authInfo', { value: info, writable: true, configurable: true, enumerable: true });
      if ([info].flat().includes(challenge)) report();
    },
  });
  if (isWatched) return;
  settle();
  report();
}
