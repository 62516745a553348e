import type { ScwTokenScope } from '../container/token-scope.js';
import type { ScwRouteKind } from './handlers.js';

/** What stands between a caller and a handler. */
export type ScwProtection =
  /** The guard lets in requests with a token. */
  | 'guarded'
  /** The guard lets in requests without a token, too (`@ScwOptional()`). */
  | 'optional'
  /** The guard lets everybody in (`@ScwPublic()`). */
  | 'exempt'
  /** No `ScalewayAuthGuard` is applied. */
  | 'not covered'
  /** Nest calls it without asking any guard; no remote caller reaches it directly. */
  | 'not asked by Nest';

/** One handler of an application, and what protects it. */
export interface ScwRoute {
  readonly kind: ScwRouteKind;
  /** `Class.method`. */
  readonly handler: string;
  /** What a caller names: `GET /orders/:id`, a pattern, a message, a GraphQL field. */
  readonly address: string;
  readonly protection: ScwProtection;
  /** The scope that a token must have. */
  readonly scope?: ScwTokenScope;
  /** Why it is not covered, or not asked. */
  readonly why?: string;
}
