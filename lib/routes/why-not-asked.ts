import 'reflect-metadata';
import type { ScwTokenScope } from '../container/token-scope.js';
import type { ConnectedMicroservice } from './connected-microservices.js';
import { isRoot, leadsTo } from './graphql-reach.js';
import type { GraphqlSetup } from './graphql-setup.js';
import type { Handler, ScwRouteKind } from './handlers.js';
import { hasOwnGuard } from './own-guard.js';
import { REQUIRED_SCOPE } from './route-metadata.js';
import type { ScwRoute } from './scw-route.js';

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

/** Where clients enter the GraphQL schemas. */
export type Entrance = Pick<ScwRoute, 'handler' | 'address' | 'protection' | 'scope'>;

/** What no guard is asked about. */
export const UNASKED: ReadonlySet<ScwRouteKind> = new Set(['connection', 'queue', 'schedule', 'cqrs', 'listener']);

const GRAPHQL: ReadonlySet<ScwRouteKind> = new Set(['query', 'mutation', 'subscription', 'field', 'reference']);

export const ANSWERS_INSTEAD = 'the option resolvers of GraphQLModule answers in its place';
const NO_REMOTE_CALLER = 'Nest asks no guard about it';
const NO_FIELD_GUARDS =
  "Nest asks guards about it only with fieldResolverEnhancers: ['guards'] in the options of GraphQLModule";

/** Why Nest does not ask the guard about a handler; undefined when it does, or about every operation that leads there. */
export function whyNotAsked(
  handler: Handler,
  reach: Reach,
  own: boolean,
  undeclared: string | undefined,
): string | undefined {
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
  const isField = kind === 'field' && !graphql.asksForFields;
  if (isField && (hasScopeOfItsOwn(handler) || hasOwnGuard(handler.function) || isOfRoot(handler, reach)))
    return NO_FIELD_GUARDS;
  if (!isField && graphql.replaced.has(handler.address)) return ANSWERS_INSTEAD;
  if (own) return undefined;
  if (GRAPHQL.has(kind) && !isField && !reach.isStatic && handler.isMadeOnce)
    return 'Nest asks a global guard that is not of the default scope only about classes with @Resolver()';
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

/** Clients enter there, though it is a field by the name of its type. */
function isOfRoot({ address }: Handler, { graphql }: Reach): boolean {
  const [typeName] = address.split('.') as [string, string];
  return graphql.schemas.some((schema) => isRoot(schema, typeName));
}

/** @param transport the one that a handler is for alone */
function listensFor(microservice: ConnectedMicroservice, transport: unknown): boolean {
  return [undefined, transport].includes(microservice.transport as undefined) || transport === undefined;
}

/** Which operation leads to a field without its token or its scope, where guards are asked about operations alone. */
export function whyFieldIsOpen(
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
