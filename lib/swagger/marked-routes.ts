import { ApiExtension } from '@nestjs/swagger';
import type { DocumentedRoute } from './guarded-routes.js';

/** What an operation of the document carries while it is made; taken out again before anybody sees it. */
export const MARK = 'x-nestjs-scaleway-auth';

/**
 * Lets a document be made in which the operations of guarded routes carry {@link MARK}.
 *
 * A decorator on the handler itself would stay for ever, and would mark a handler that is inherited from a common class
 * in all classes. So while the document is made, which nothing can interrupt, a stand-in with the handler's decorators
 * and one more takes its place in the one class. A subclass would inherit the stand-in, so it is given what it has.
 */
export function withMarkedRoutes<Result>(routes: readonly DocumentedRoute[], make: () => Result): Result {
  const undo: (() => void)[] = [];
  try {
    for (const { prototype, method, handler, protection } of routes) {
      const own = Object.getOwnPropertyDescriptor(prototype, method);
      // Whatever is its own does not come from a base class with a stand-in.
      if (protection === undefined && own !== undefined) continue;
      const descriptor = {
        value: protection ? standIn(handler) : handler,
        configurable: true,
        writable: true,
        enumerable: false,
      };
      // A sealed class keeps its handler, and its operation goes without a mark.
      if (!Reflect.defineProperty(prototype, method, descriptor)) continue;
      undo.push(() =>
        own === undefined ? Reflect.deleteProperty(prototype, method) : Reflect.defineProperty(prototype, method, own),
      );
      if (protection) ApiExtension(MARK, { ...protection })(prototype, method, descriptor);
    }
    return make();
  } finally {
    for (const restore of undo.toReversed()) restore();
  }
}

/** Metadata is looked up along the prototype chain: the stand-in has all of the handler's, and its own beside it. */
function standIn(handler: object): () => void {
  const made = Object.setPrototypeOf(() => {}, handler) as () => void;
  return Object.defineProperty(made, 'name', { value: (handler as { name: string }).name });
}
