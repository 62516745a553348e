import 'reflect-metadata';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { ScwTokenScope } from '../container/token-scope.js';
import { type GraphqlGateway, type GraphqlSetup, graphqlSetup } from './graphql-setup.js';
import { leadsTo, rootFields } from './graphql-reach.js';
import { findHandlers, type Handler, type ScwRouteKind } from './handlers.js';
import { guardsOn, hasOwnGuard, isScalewayAuthGuard, undeclaredGuard } from './own-guard.js';
import { REQUIRED_SCOPE } from './route-metadata.js';
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
  /** A guard before it that could ask ours, and does not say whether it does. */
  readonly undeclaredGuard: string | undefined;
}

/** A microservice that was connected to an HTTP application. */
export interface ConnectedMicroservice {
  /** Whether our guard is among its global guards; when it is bound, whether it was. */
  readonly isCovered: boolean;
  /** Not yet where its initialization is deferred. */
  readonly isBound: boolean;
  readonly transport: unknown;
  /** Connected with `deferInitialization`: Nest then binds gateways once more, with its guards. */
  readonly isDeferred: boolean;
}

/** What an application's global guards reach. */
export interface Reach {
  /** `ScalewayAuthGuard` is a global guard. */
  readonly isGlobal: boolean;
  /** It is one of the default scope: Nest asks no other about gateways. */
  readonly isStatic: boolean;
  readonly microservices: readonly ConnectedMicroservice[];
  /** A global guard that could ask ours, and does not say whether it does. */
  readonly undeclaredGuard: string | undefined;
  /** Why Nest asks no global guard about gateways; undefined where it does. */
  readonly whyGatewaysAreOpen: string | undefined;
  readonly graphql: GraphqlSetup;
}

/** On an application's modules: the microservices that were connected to it. */
const MICROSERVICES: unique symbol = Symbol.for('nestjs-scaleway-auth:microservices') as never;

export function connectedMicroservices(modules: ModulesContainer): ConnectedMicroservice[] {
  return ((modules as { [MICROSERVICES]?: ConnectedMicroservice[] })[MICROSERVICES] ??= []);
}

/** Whether `ScalewayAuthGuard` is among the guards that Nest asks about every route. */
export function hasGlobalGuard(config: ApplicationConfig): boolean {
  return hasStaticGuard(config) || scopedGuards(config).length > 0;
}

function hasStaticGuard(config: ApplicationConfig): boolean {
  return config.getGlobalGuards().some(isScalewayAuthGuard);
}

/** Request-scoped or transient: a class, or on Nest 11 and 12 an alias of one. */
function scopedGuards(config: ApplicationConfig) {
  return config
    .getGlobalRequestGuards()
    .filter(({ metatype, inject, isAlias }) => [metatype, ...((isAlias && inject) || [])].some(isScalewayAuthGuard));
}

/** Whether one of our global guards, or what it is an alias of, is transient: Nest 10 and 11 ask it about nothing. */
export function hasTransientGuard(modules: ModulesContainer, config: ApplicationConfig): boolean {
  const wrappers = scopedGuards(config);
  const classes = new Set(wrappers.flatMap(({ inject }) => inject ?? []));
  const aliased = [...modules.values()].flatMap(({ providers, injectables }) =>
    [...providers, ...injectables].filter(([token]) => classes.has(token as never)).map(([, wrapper]) => wrapper),
  );
  return [...wrappers, ...aliased].some((wrapper) => wrapper.isTransient);
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

/** Where clients enter the GraphQL schemas. */
type Entrance = Pick<ScwRoute, 'handler' | 'address' | 'protection' | 'scope'>;

/** Operations and references; and root fields that no handler of Nest's answers, about which no guard is asked. */
function entrancesOf(handlers: readonly Handler[], reach: Reach): Entrance[] {
  const handled = new Set(handlers.map(({ address }) => address));
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
const UNASKED: ReadonlySet<ScwRouteKind> = new Set(['queue', 'schedule', 'cqrs', 'listener']);

/** What stands for a gateway, which has no handler: the class of its driver. */
function gatewayHandler({ path, driver }: GraphqlGateway): Handler {
  const { prototype } = driver;
  return {
    kind: 'graphql-gateway',
    address: path,
    controller: driver,
    prototype,
    method: '',
    function: driver,
    decorated: driver,
    isTraceable: true,
    transport: undefined,
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

const NO_REMOTE_CALLER = 'Nest asks no guard about it';
const NO_FIELD_GUARDS =
  "Nest asks guards about it only with fieldResolverEnhancers: ['guards'] in the options of GraphQLModule";

/** Why Nest does not ask the guard about a handler; undefined when it does, or about every operation that leads there. */
function whyNotAsked(handler: Handler, reach: Reach, own: boolean, undeclared: string | undefined): string | undefined {
  const { kind, transport } = handler;
  const { graphql } = reach;
  if (UNASKED.has(kind)) return NO_REMOTE_CALLER;
  if (kind === 'graphql-gateway')
    return graphql.gatewayContextChecks
      ? 'its context function checks its callers, as graphqlGateway says'
      : 'a GraphQL gateway has no handlers, and no guard is asked about what it sends on to its subgraphs';
  const isMessage = kind === 'message' || kind === 'event' || kind === 'grpc';
  const microservices = isMessage ? reach.microservices.filter((each) => listensFor(each, transport)) : [];
  if (!own && !reach.isGlobal && !microservices.some(({ isCovered }) => isCovered))
    return undeclared === undefined
      ? 'no ScalewayAuthGuard is applied to it, to its class or to the application'
      : `${undeclared} has ScalewayAuthGuard injected, and does not say that it asks it`;
  if (kind === 'reference' && !graphql.asksForFields) return NO_FIELD_GUARDS;
  // What a developer wrote for this field alone is lost.
  if (kind === 'field' && !graphql.asksForFields && (hasScopeOfItsOwn(handler) || hasOwnGuard(handler.function)))
    return NO_FIELD_GUARDS;
  if (own) return undefined;
  if (kind === 'websocket' && reach.whyGatewaysAreOpen !== undefined) return reach.whyGatewaysAreOpen;
  if (kind === 'websocket' && !reach.isStatic)
    return 'Nest asks global guards about gateways only if they are of the default scope';
  if (kind === 'websocket' && reach.microservices.some((each) => each.isDeferred && each.isBound && !each.isCovered))
    return 'a microservice with deferInitialization, which was connected without the guard, binds it once more';
  if (!isMessage) return undefined;
  return microservices.some((each) => each.isBound && !each.isCovered)
    ? 'its microservice was connected without the guard'
    : undefined;
}

/** @param transport the one that a handler is for alone */
function listensFor(microservice: ConnectedMicroservice, transport: unknown): boolean {
  return [undefined, transport].includes(microservice.transport as undefined) || transport === undefined;
}

/** Which operation leads to a field without its token or its scope, where guards are asked about operations alone. */
function whyFieldIsOpen(
  { address }: Handler,
  scope: ScwTokenScope | undefined,
  { graphql: { asksForFields, schemas } }: Reach,
  entrances: readonly Entrance[],
): string | undefined {
  if (asksForFields) return undefined;
  const [typeName] = address.split('.') as [string, string];
  const leading = entrances.filter((each) => schemas.some((schema) => leadsTo(schema, each.address, typeName)));
  const open = leading.find(({ protection }) => protection !== 'guarded');
  if (open) return `${open.handler} leads to it without a token, and ${NO_FIELD_GUARDS}`;
  const wider = scope && leading.find((each) => each.scope !== scope);
  return wider && `${wider.handler} leads to it without that scope, and ${NO_FIELD_GUARDS}`;
}

/** `@ScwRequireScope()` on the handler, and not on its class. */
export function hasScopeOfItsOwn({ prototype, method }: Handler): boolean {
  return Reflect.hasMetadata(REQUIRED_SCOPE, prototype, method);
}
