import 'reflect-metadata';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { connectedMicroservices } from './connected-microservices.js';
import { hasGlobalGuard, hasStaticGuard } from './global-guards.js';
import { type GraphqlGateway, graphqlSetup } from './graphql-setup.js';
import { rootFields } from './graphql-reach.js';
import { findHandlers, type Handler, NO_HANDLER, type ScwRouteKind } from './handlers.js';
import { guardsOn, hasOwnGuard, undeclaredGuard } from './own-guard.js';
import { type RoutePolicy, routePolicy } from './route-policy.js';
import type { ScwProtection, ScwRoute } from './scw-route.js';
import { type Entrance, type Reach, UNASKED, whyFieldIsOpen, whyNotAsked } from './why-not-asked.js';

/** A route with what the boot check and Swagger need to know about it. */
export interface InventoryEntry {
  readonly route: ScwRoute;
  readonly handler: Handler;
  readonly policy: RoutePolicy;
  /** `@UseGuards(ScalewayAuthGuard)` on the handler or on its class. */
  readonly hasOwnGuard: boolean;
  /** A guard before it that could ask ours, and does not say whether it does. */
  readonly undeclaredGuard: string | undefined;
}

/** Every handler of an application, and what protects it: read by the boot check, the boot log, Swagger and tests. */
export function takeInventory(
  modules: ModulesContainer,
  config: ApplicationConfig,
  whyGatewaysAreOpen?: string,
): InventoryEntry[] {
  const reach: Reach = {
    isGlobal: hasGlobalGuard(config),
    isStatic: hasStaticGuard(config),
    microservices: connectedMicroservices(modules),
    undeclaredGuard: firstUndeclared([
      ...config.getGlobalGuards(),
      ...config.getGlobalRequestGuards().map(({ metatype }) => metatype),
    ]),
    whyGatewaysAreOpen,
    graphql: graphqlSetup(modules),
  };
  const handlers = [...findHandlers(modules, config), ...reach.graphql.gateways.map(gatewayHandler)];
  const entrances = entrancesOf(handlers, reach);
  return handlers.map((handler) => entryOf(handler, reach, entrances));
}

/** Operations and references; and root fields that no handler of Nest's answers, about which no guard is asked. */
function entrancesOf(handlers: readonly Handler[], reach: Reach): Entrance[] {
  const handled = new Set(handlers.map(({ address }) => address).filter((field) => !reach.graphql.replaced.has(field)));
  const unhandled = reach.graphql.schemas.flatMap(rootFields).filter((field) => !handled.has(field));
  return [
    ...handlers.filter(({ kind }) => ENTRANCES.has(kind)).map((handler) => entryOf(handler, reach, []).route),
    ...unhandled.map((field) => ({ handler: field, address: field, protection: 'not covered' as const })),
  ];
}

function firstUndeclared(guards: readonly unknown[]): string | undefined {
  return guards.map(undeclaredGuard).find((name) => name !== undefined);
}

function entryOf(handler: Handler, reach: Reach, entrances: readonly Entrance[]): InventoryEntry {
  const { kind, address, controller, method } = handler;
  const policy = routePolicy(handler.function, controller);
  const own = hasOwnGuard(handler.function) || hasOwnGuard(controller);
  const undeclared =
    own || reach.isGlobal
      ? undefined
      : (firstUndeclared([...guardsOn(handler.function), ...guardsOn(controller)]) ?? reach.undeclaredGuard);
  const why =
    whyNotAsked(handler, reach, own, undeclared) ??
    (kind === 'field' && !policy.isOptional ? whyFieldIsOpen(handler, policy.scope, reach, entrances) : undefined);
  const route: ScwRoute = {
    kind,
    handler: method === '' ? controller.name : `${controller.name}.${method}`,
    address,
    protection: protectionOf(kind, policy, why, reach),
    ...(policy.scope !== undefined && { scope: policy.scope }),
    ...(why !== undefined && (!policy.isPublic || UNASKED.has(kind)) && { why }),
  };
  const isOpen = route.protection === 'not covered';
  return { route, handler, policy, hasOwnGuard: own, undeclaredGuard: isOpen ? undeclared : undefined };
}

const ENTRANCES: ReadonlySet<ScwRouteKind> = new Set(['query', 'mutation', 'subscription', 'reference']);

/** What stands for a gateway, which has no handler: the class of its driver. */
function gatewayHandler({ path, driver }: GraphqlGateway): Handler {
  const { prototype } = driver;
  return {
    kind: 'graphql-gateway',
    address: path,
    controller: driver,
    prototype,
    function: driver,
    decorated: driver,
    ...NO_HANDLER,
  };
}

function protectionOf(
  kind: ScwRouteKind,
  policy: RoutePolicy,
  why: string | undefined,
  { graphql }: Reach,
): ScwProtection {
  if (UNASKED.has(kind)) return 'not asked by Nest';
  if (kind === 'graphql-gateway') return graphql.gatewayContextChecks ? 'exempt' : 'not covered';
  if (policy.isPublic) return 'exempt';
  if (why !== undefined) return 'not covered';
  return policy.isOptional ? 'optional' : 'guarded';
}
