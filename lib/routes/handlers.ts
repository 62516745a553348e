import 'reflect-metadata';
import { RequestMethod, VERSION_NEUTRAL } from '@nestjs/common';
import { type ApplicationConfig, MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { calledFunction, calledOfResolver, type InstanceWrapper } from './called-function.js';
import { httpPaths, modulePath } from './http-paths.js';

/** How a handler is called. */
export type ScwRouteKind =
  | 'http'
  | 'message'
  | 'event'
  | 'grpc'
  | 'websocket'
  | 'connection'
  | 'query'
  | 'mutation'
  | 'subscription'
  | 'field'
  | 'reference'
  | 'graphql-gateway'
  | 'queue'
  | 'schedule'
  | 'cqrs'
  | 'listener';

/** One handler of an application, as one class has it. */
export interface Handler {
  readonly kind: ScwRouteKind;
  /** What its caller names: `GET /orders`, a pattern, a message, a field. */
  readonly address: string;
  readonly controller: { readonly name: string; readonly prototype: object };
  readonly prototype: object;
  readonly method: string;
  /** What Nest calls, and reads guards from: an instance's own function where its constructor has put one. */
  readonly function: object;
  /** The method that decorators were applied to. */
  readonly decorated: object;
  /** Whether a request's function will be known as this method, so that what decorators say of it can be read. */
  readonly isTraceable: boolean;
  /** Whether Nest makes its class once, and not for each request: such a provider gets no global guard of another scope. */
  readonly isMadeOnce: boolean;
  /** The microservice transport that it is for alone. */
  readonly transport: unknown;
}

/** The keys of Nest and its packages, which export few of them; the same in Nest 10, 11 and 12. */
const KEY = {
  path: 'path',
  httpMethod: 'method',
  version: '__version__',
  host: 'host',
  pattern: 'microservices:pattern',
  patternKind: 'microservices:handler_type',
  transport: 'microservices:transport',
  isGateway: 'websockets:is_gateway',
  message: 'message',
  isMessage: 'websockets:message_mapping',
  resolverType: 'graphql:resolver_type',
  resolverName: 'graphql:resolver_name',
  isField: 'graphql:resolve_property',
  isReference: 'graphql:resolve_reference',
} as const;

const EVENT = 2;
const GRPC = 4;

/** What Nest calls without asking any guard, by the metadata of its packages: on a class, or on a handler. */
const UNASKED_CLASSES: readonly (readonly [key: string, kind: ScwRouteKind, methods: readonly string[]])[] = [
  [KEY.isGateway, 'connection', ['handleConnection']],
  ['bullmq:processor_metadata', 'queue', ['process']],
  ['__commandHandler__', 'cqrs', ['execute']],
  ['__queryHandler__', 'cqrs', ['execute']],
  ['__eventsHandler__', 'cqrs', ['handle']],
];
const UNASKED_HANDLERS: readonly (readonly [key: string, kind: ScwRouteKind])[] = [
  ['SCHEDULE_CRON_OPTIONS', 'schedule'],
  ['SCHEDULE_INTERVAL_OPTIONS', 'schedule'],
  ['SCHEDULE_TIMEOUT_OPTIONS', 'schedule'],
  ['bull:module_queue_process', 'queue'],
  ['EVENT_LISTENER_METADATA', 'listener'],
];

/** The handlers of all modules, each class once. */
export function findHandlers(modules: ModulesContainer, config: ApplicationConfig): Handler[] {
  const scanner = new MetadataScanner();
  return [...classesOf(modules)].flatMap(([prototype, { wrappers, modulePaths, isController }]) => {
    const { constructor: controller } = prototype as { constructor: Handler['controller'] };
    const isMadeOnce = wrappers.some((wrapper) => wrapper.isDependencyTreeStatic());
    const handlers = [...new Set(scanner.getAllMethodNames(prototype))].flatMap((method) => {
      const decorated = (prototype as Record<string, object>)[method] as object;
      const written = {
        controller,
        prototype,
        method,
        decorated,
        function: decorated,
        isTraceable: true,
        isMadeOnce,
      };
      if (!isController) {
        const isResolver = graphqlHandler(written) !== undefined;
        const base = isResolver ? { ...written, ...calledOfResolver(wrappers, prototype, method) } : written;
        return complete(base, [gatewayHandler(base), graphqlHandler(base), unaskedHandler(base)]);
      }
      const base = { ...written, ...calledFunction(wrappers, prototype, method) };
      return complete(base, [httpHandler(base, { config, modulePaths }), messageHandler(base), unaskedHandler(base)]);
    });
    return handlers.length === 0 && isGateway(controller) ? [connection(controller, prototype)] : handlers;
  });
}

function complete(base: Base, found: readonly (Found | undefined)[]): Handler[] {
  return found.flatMap((each) => (each === undefined ? [] : { ...base, transport: undefined, ...each }));
}

/** A class, as often as modules have it. */
interface HandlerClass {
  readonly isController: boolean;
  readonly wrappers: InstanceWrapper[];
  /** What `RouterModule` puts before the paths of its controllers. */
  readonly modulePaths: Set<string>;
}

/** By their prototypes, first those of controllers. A class may be both a controller and a provider. */
function classesOf(modules: ModulesContainer): Iterable<[object, HandlerClass]> {
  const found = { controllers: new Map<object, HandlerClass>(), providers: new Map<object, HandlerClass>() };
  for (const module of modules.values())
    for (const kind of ['controllers', 'providers'] as const)
      for (const wrapper of module[kind].values()) {
        const prototype = prototypeOf(wrapper.instance, wrapper.metatype);
        if (prototype === undefined) continue;
        const known = found[kind].get(prototype) ?? newClass(kind === 'controllers');
        found[kind].set(prototype, known);
        known.wrappers.push(wrapper);
        known.modulePaths.add(modulePath(modules, module.metatype));
      }
  return [...found.controllers, ...found.providers];
}

const newClass = (isController: boolean): HandlerClass => ({ isController, wrappers: [], modulePaths: new Set() });

/** Where the paths of a controller begin. */
interface Mount {
  readonly config: ApplicationConfig;
  readonly modulePaths: ReadonlySet<string>;
}

type Base = Omit<Handler, 'kind' | 'address' | 'transport'>;
type Found = Pick<Handler, 'kind' | 'address'> & { readonly transport?: unknown };

/** As Nest finds handlers: from the instance, which a factory may have made. What has no class has no handlers. */
function prototypeOf(instance: unknown, metatype: unknown): object | undefined {
  try {
    const prototype = (
      typeof instance === 'object' && instance !== null
        ? Object.getPrototypeOf(instance)
        : (metatype as { prototype?: object } | null | undefined)?.prototype
    ) as object | null | undefined;
    const hasClass = prototype && prototype !== Object.prototype && typeof prototype.constructor === 'function';
    return hasClass ? prototype : undefined;
  } catch {
    // A Proxy whose traps throw.
    return undefined;
  }
}

const read = (key: string, target: object): unknown => Reflect.getMetadata(key, target);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

function httpHandler({ controller, decorated: handler }: Base, { config, modulePaths }: Mount): Found | undefined {
  const paths = read(KEY.path, handler);
  if (paths === undefined) return undefined;
  const bases = list(read(KEY.path, controller)).map(String);
  const method = read(KEY.httpMethod, handler) as RequestMethod;
  const version = read(KEY.version, handler) ?? read(KEY.version, controller) ?? defaultVersion(config);
  const full = httpPaths(config, method, [[...modulePaths], bases, list(paths).map(String)]);
  const host = read(KEY.host, controller);
  const conditions = [
    host !== undefined && `host ${list(host).map(String).join(', ')}`,
    version !== undefined && `version ${list(version).map(versionText).join(', ')}`,
  ].filter((each) => each !== false);
  const suffix = conditions.length === 0 ? '' : ` (${conditions.join(', ')})`;
  return { kind: 'http', address: `${RequestMethod[method]} ${full.join(', ')}${suffix}` };
}

/** What `enableVersioning` says of handlers that name no version. */
function defaultVersion(config: ApplicationConfig): unknown {
  return (config.getVersioning() as { defaultVersion?: unknown } | undefined)?.defaultVersion;
}

function versionText(version: unknown): string {
  return version === VERSION_NEUTRAL ? 'neutral' : String(version);
}

function messageHandler({ decorated: handler }: Base): Found | undefined {
  const patterns = read(KEY.pattern, handler);
  if (patterns === undefined) return undefined;
  const transport = read(KEY.transport, handler);
  const kind = transport === GRPC ? 'grpc' : isEventHandler(handler) ? 'event' : 'message';
  return { kind, address: list(patterns).map(patternText).join(', '), transport };
}

/** `@EventPattern()`: its caller waits for no answer. */
export function isEventHandler(handler: object): boolean {
  return read(KEY.patternKind, handler) === EVENT;
}

/** gRPC's pattern is an object; others may be, too. */
function patternText(pattern: unknown): string {
  if (typeof pattern !== 'object' || pattern === null) return String(pattern);
  const { service, rpc } = pattern as { service?: unknown; rpc?: unknown };
  return typeof service === 'string' && typeof rpc === 'string' ? `${service}/${rpc}` : JSON.stringify(pattern);
}

function isGateway(type: object): boolean {
  return read(KEY.isGateway, type) === true;
}

/** Of what stands for a class that has no handler. */
export const NO_HANDLER = {
  method: '',
  isTraceable: true,
  isMadeOnce: true,
  transport: undefined,
} as const;

/** What stands for a gateway without handlers: it sends to whoever has connected. */
function connection(controller: Handler['controller'], prototype: object): Handler {
  const ofClass = { controller, prototype, decorated: controller, function: controller };
  return { ...ofClass, ...NO_HANDLER, kind: 'connection', address: controller.name };
}

function gatewayHandler({ controller, decorated: handler }: Base): Found | undefined {
  if (!isGateway(controller) || read(KEY.isMessage, handler) !== true) return undefined;
  return { kind: 'websocket', address: patternText(read(KEY.message, handler)) };
}

function graphqlHandler({ controller, method, decorated: handler }: Base): Found | undefined {
  const type = read(KEY.resolverType, handler);
  const given = read(KEY.resolverName, handler);
  const name = typeof given === 'string' ? given : method;
  if (read(KEY.isReference, handler) === true)
    return { kind: 'reference', address: `${String(read(KEY.resolverType, controller))}.__resolveReference` };
  const isField = read(KEY.isField, handler) === true;
  // As Nest does: it asks guards about fields of the operations' types.
  const parent = type ?? (isField ? read(KEY.resolverType, controller) : undefined);
  if (parent === 'Query' || parent === 'Mutation' || parent === 'Subscription')
    return { kind: parent.toLowerCase() as 'query', address: `${parent}.${name}` };
  // `__resolveType` tells the type of an object and gives nothing away; Nest asks no guard about it.
  if (!isField || method === '__resolveType') return undefined;
  return { kind: 'field', address: `${String(parent)}.${name}` };
}

function unaskedHandler({ controller, method, decorated: handler }: Base): Found | undefined {
  const ofClass = UNASKED_CLASSES.find(([key, , methods]) => methods.includes(method) && read(key, controller));
  const kind = ofClass?.[1] ?? UNASKED_HANDLERS.find(([key]) => read(key, handler) !== undefined)?.[1];
  return kind && { kind, address: `${controller.name}.${method}` };
}
