import 'reflect-metadata';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import type { InventoryEntry } from './inventory.js';
import type { ScwRoute } from './scw-route.js';
import { ANSWERS_INSTEAD, hasScopeOfItsOwn } from './why-not-asked.js';
import { hasOwnGuard } from './own-guard.js';
import { isDecoratedHandler } from './route-policy.js';
import { OPTIONAL_ROUTE, PUBLIC_ROUTE, REQUIRED_SCOPE } from './route-metadata.js';

/**
 * Stops the boot where a handler would be open although its developer has reason to believe that it is guarded.
 *
 * @param everything whether the whole application is said to be guarded
 * @throws ScalewayAuthConfigurationError that names each handler and the remedy
 */
export function checkCoverage(entries: readonly InventoryEntry[], everything: boolean): void {
  const asked = entries.filter(({ route }) => route.protection !== 'not asked by Nest').map(({ handler }) => handler);
  const targets = new Set<object>(asked.flatMap(({ controller, function: handler }) => [controller, handler]));
  const problems = entries
    .map((entry) => ({ entry, problem: problemOf(entry, everything, targets) }))
    .filter(({ problem }) => problem !== undefined);
  if (problems.length === 0) return;
  const lines = problems.map(({ entry: { route }, problem }) => `  ${nameOf(route)}: ${problem}.`);
  throw new ScalewayAuthConfigurationError(
    `ScalewayAuthModule does not let the application start, since a handler would not be guarded as it is written:\n${lines.join('\n')}`,
  );
}

/** @param asked the classes and functions of handlers that Nest asks guards about */
function problemOf(entry: InventoryEntry, everything: boolean, asked: ReadonlySet<object>): string | undefined {
  const { route, policy, handler } = entry;
  if (policy.conflict !== undefined) return policy.conflict;
  if (route.protection === 'not asked by Nest') {
    // What stands on a gateway's class is meant for its messages, and not for what it does every minute.
    const targets = [handler.function, handler.controller].filter((target) => !asked.has(target));
    if (asked.has(handler.function)) return undefined;
    if (route.kind === 'connection') return targets.some(isRestricted) ? CONNECTIONS : undefined;
    if (!targets.some(isDecorated)) return undefined;
    return `${route.why}, so neither a guard nor @ScwPublic(), @ScwOptional() and @ScwRequireScope() have an effect there. Remove them, and check the caller where the work is handed in`;
  }
  if (!handler.isTraceable && isDecoratedHandler(handler.prototype, handler.method))
    return 'its class puts another function in its place, from which nothing can read @ScwPublic(), @ScwOptional() and @ScwRequireScope(). Leave the method as it is, or decorate its class';
  if (route.protection !== 'not covered') return undefined;
  if (handler.function !== handler.decorated && hasOwnGuard(handler.decorated))
    return 'its class puts another function in its place, from which Nest cannot read @UseGuards(). Leave the method as it is, or guard its class';
  const isOfGraphql = route.why?.includes('fieldResolverEnhancers');
  if (route.why?.includes(ANSWERS_INSTEAD) && (everything || entry.hasOwnGuard))
    return `${route.why}. Remove one of the two`;
  if (entry.hasOwnGuard) return `it has @UseGuards(ScalewayAuthGuard), but ${route.why}. ${ENHANCE}`;
  if (policy.scope !== undefined && (route.kind !== 'field' || isOfGraphql || hasScopeOfItsOwn(handler)))
    return `@ScwRequireScope() has no effect, since ${route.why}. ${isOfGraphql ? 'Set that option' : `Write ${OWN_GUARD}; ${DELEGATING}`}`;
  if (overridesGuarded(handler.prototype, handler.method))
    return 'it overrides a handler with @UseGuards(ScalewayAuthGuard), which Nest does not inherit. Repeat it on this handler';
  if (!everything) return undefined;
  return `${route.why}. ${isOfGraphql ? ENHANCE : (REMEDIES[route.kind] ?? `Write ${OWN_GUARD}, or ${EXEMPT}`)}`;
}

const CONNECTIONS =
  'Nest asks no guard when clients connect, so neither a guard nor @ScwRequireScope() has an effect there. Remove it, and check the handshake with ScalewayTokenVerifier';
const OWN_GUARD = '@UseGuards(ScalewayAuthGuard) on it or on its class';
const DELEGATING = 'a guard of your own that asks it says so with @ScwDelegatingGuard()';
const EXEMPT = '@ScwPublic() to leave it open on purpose';
const ENHANCE = `Set that option, or write ${EXEMPT}`;
const INHERIT = `Call useGlobalGuards first and connect it with connectMicroservice(options, { inheritAppConfig: true }), or write ${OWN_GUARD}, or ${EXEMPT}`;

const REMEDIES: Partial<Record<ScwRoute['kind'], string>> = {
  message: INHERIT,
  event: INHERIT,
  grpc: INHERIT,
  'graphql-gateway':
    "Have its context function check the token, and say so with ScalewayAuthModule.forRoot({ graphqlGateway: 'context' })",
};

function isDecorated(target: object): boolean {
  return isRestricted(target) || [PUBLIC_ROUTE, OPTIONAL_ROUTE].some((key) => Reflect.hasMetadata(key, target));
}

function isRestricted(target: object): boolean {
  return hasOwnGuard(target) || Reflect.hasMetadata(REQUIRED_SCOPE, target);
}

/** Whether a base class has a guard of ours on the handler that this one overrides. */
function overridesGuarded(prototype: object, method: string): boolean {
  let isOverride = false;
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const handler: unknown = Object.getOwnPropertyDescriptor(owner, method)?.value;
    if (typeof handler !== 'function') continue;
    if (isOverride && hasOwnGuard(handler)) return true;
    isOverride = true;
  }
  return false;
}

/** `Class.method (GET /orders)`, as errors and the log name a route. */
function nameOf({ handler, address, kind }: ScwRoute): string {
  return `${handler} (${kind === 'http' || address.includes('.') ? address : `${kind} ${address}`})`;
}

/** What the boot log says: how many handlers are guarded, and which are not. */
export function describeCoverage(entries: readonly InventoryEntry[]): string {
  const count = (protection: ScwRoute['protection']) => entries.filter(({ route }) => route.protection === protection);
  const [guarded, optional, exempt, open] = [
    count('guarded'),
    count('optional'),
    count('exempt'),
    count('not covered'),
  ];
  const named = (list: readonly InventoryEntry[]) =>
    list.length === 0
      ? ''
      : ` (${list
          .slice(0, NAMED)
          .map(({ route }) => route.address)
          .join(', ')}${list.length > NAMED ? ', …' : ''})`;
  return [
    `${guarded.length} ${guarded.length === 1 ? 'handler' : 'handlers'} guarded`,
    ...(optional.length > 0 ? [`${optional.length} optional${named(optional)}`] : []),
    `${exempt.length} exempt${named(exempt)}`,
    `${open.length} not covered${named(open)}`,
  ].join(', ');
}

/** How many addresses a line of the log names. */
const NAMED = 10;
