import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { ScwTokenScope } from '../container/token-scope.js';
import { type GraphqlSetup, graphqlSetup } from './graphql-setup.js';
import { findHandlers, type Handler, type ScwRouteKind } from './handlers.js';
import { hasOwnGuard, isScalewayAuthGuard } from './own-guard.js';
import { type RoutePolicy, routePolicy } from './route-policy.js';

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

/** A route with what the boot check and Swagger need to know about it. */
export interface InventoryEntry {
  readonly route: ScwRoute;
  readonly handler: Handler;
  readonly policy: RoutePolicy;
  /** `@UseGuards(ScalewayAuthGuard)` on the handler or on its class. */
  readonly hasOwnGuard: boolean;
}

/** A microservice that was connected to an HTTP application. */
export interface ConnectedMicroservice {
  /** Whether our guard was among the global guards that it was given. */
  readonly isCovered: boolean;
  readonly transport: unknown;
}

/** What an application's global guards reach. */
export interface Reach {
  /** `ScalewayAuthGuard` is a global guard. */
  readonly isGlobal: boolean;
  readonly microservices: readonly ConnectedMicroservice[];
  /** Nest 12 asks global guards about gateways; earlier versions do not. */
  readonly asksForGateways: boolean;
  readonly graphql: GraphqlSetup;
}

/** On an application's modules: the microservices that were connected to it. */
const MICROSERVICES: unique symbol = Symbol.for('nestjs-scaleway-auth:microservices') as never;

export function connectedMicroservices(modules: ModulesContainer): ConnectedMicroservice[] {
  return ((modules as { [MICROSERVICES]?: ConnectedMicroservice[] })[MICROSERVICES] ??= []);
}

/** Whether `ScalewayAuthGuard` is among the guards that Nest asks about every route. */
export function hasGlobalGuard(config: ApplicationConfig): boolean {
  const wrappers = config.getGlobalRequestGuards();
  return (
    config.getGlobalGuards().some(isScalewayAuthGuard) ||
    // Request-scoped: a class, or on Nest 11 and 12 an alias of one.
    wrappers.some(({ metatype, inject }) => [metatype, ...(inject ?? [])].some(isScalewayAuthGuard))
  );
}

/** Every handler of an application, and what protects it: read by the boot check, the boot log, Swagger and tests. */
export function takeInventory(
  modules: ModulesContainer,
  config: ApplicationConfig,
  asksForGateways: boolean,
): InventoryEntry[] {
  const reach: Reach = {
    isGlobal: hasGlobalGuard(config),
    microservices: connectedMicroservices(modules),
    asksForGateways,
    graphql: graphqlSetup(modules),
  };
  return findHandlers(modules, config).map((handler) => {
    const policy = routePolicy(handler.function, handler.controller);
    const own = hasOwnGuard(handler.function) || hasOwnGuard(handler.controller);
    const why = own ? whyOwnGuardIsNotAsked(handler, reach) : whyNotReached(handler, reach);
    const { kind, address } = handler;
    const route: ScwRoute = {
      kind,
      handler: `${handler.controller.name}.${handler.method}`,
      address,
      protection: protectionOf(kind, policy, why),
      ...(policy.scope !== undefined && { scope: policy.scope }),
      ...(why !== undefined && (!policy.isPublic || UNASKED.has(kind)) && { why }),
    };
    return { route, handler, policy, hasOwnGuard: own };
  });
}

const UNASKED: ReadonlySet<ScwRouteKind> = new Set(['queue', 'schedule', 'cqrs', 'listener']);

function protectionOf(kind: ScwRouteKind, policy: RoutePolicy, why: string | undefined): ScwProtection {
  if (UNASKED.has(kind)) return 'not asked by Nest';
  if (policy.isPublic) return 'exempt';
  if (why !== undefined) return 'not covered';
  return policy.isOptional ? 'optional' : 'guarded';
}

const NO_REMOTE_CALLER = 'Nest asks no guard about it';
const NO_FIELD_GUARDS =
  "Nest asks guards about it only with fieldResolverEnhancers: ['guards'] in the options of GraphQLModule";

function whyOwnGuardIsNotAsked({ kind }: Handler, { graphql }: Reach): string | undefined {
  if (UNASKED.has(kind)) return NO_REMOTE_CALLER;
  return (kind === 'field' || kind === 'reference') && !graphql.asksForFields ? NO_FIELD_GUARDS : undefined;
}

/** Why the global guard is not asked about a handler; undefined when it is. */
function whyNotReached({ kind, transport }: Handler, reach: Reach): string | undefined {
  if (UNASKED.has(kind)) return NO_REMOTE_CALLER;
  if (!reach.isGlobal) return 'no ScalewayAuthGuard is applied to it, to its class or to the application';
  if (kind === 'websocket' && !reach.asksForGateways)
    return 'Nest asks global guards about gateways since version 12 only';
  // A field is reached through an operation that is guarded; a reference has an entry of its own.
  if (kind === 'reference' && !reach.graphql.asksForFields) return NO_FIELD_GUARDS;
  if (kind !== 'message' && kind !== 'event' && kind !== 'grpc') return undefined;
  const uncovered = reach.microservices.some(
    (each) =>
      !each.isCovered && (transport === undefined || each.transport === undefined || each.transport === transport),
  );
  return uncovered ? 'its microservice was connected without the guard' : undefined;
}
