import type { ModulesContainer } from '@nestjs/core';
import type { Schema } from './graphql-reach.js';

/** What the options of GraphQLModule say, as far as guards go. */
export interface GraphqlSetup {
  /** `fieldResolverEnhancers` has `'guards'`: guards are asked about fields and references. */
  readonly asksForFields: boolean;
  /** Built when the hooks `onModuleInit` have run; before, there are none. */
  readonly schemas: readonly Schema[];
  /** Fields that the option `resolvers` answers, in the place of handlers: `Query.orders`. */
  readonly replaced: ReadonlySet<string>;
  /** Modules that send operations on to subgraphs, and have no handlers that a guard could be asked about. */
  readonly gateways: readonly GraphqlGateway[];
  /** The application says that the `context` functions of its gateways check callers. */
  readonly gatewayContextChecks: boolean;
}

export interface GraphqlGateway {
  readonly path: string;
  /** The class of its driver. */
  readonly driver: { readonly name: string; readonly prototype: object };
}

/** One GraphQLModule of an application. */
interface GraphqlModule {
  readonly options: Options;
  readonly driver: GraphqlDriverInstance;
  readonly isGateway: boolean;
}

/** The driver that @nestjs/graphql was given, such as an `ApolloDriver`. */
export interface GraphqlDriverInstance {
  mergeDefaultOptions(options: object, ...rest: unknown[]): unknown;
}

interface Options {
  readonly fieldResolverEnhancers?: readonly unknown[];
  readonly resolvers?: unknown;
  readonly gateway?: unknown;
  readonly path?: string;
  readonly server?: { readonly path?: string };
}

/** The injection token of what `graphqlGateway` in forRoot or forRootAsync says. */
export const GRAPHQL_GATEWAY = Symbol.for('nestjs-scaleway-auth:graphql-gateway');

/** The injection token of @nestjs/graphql's options. */
const OPTIONS = 'GqlModuleOptions';

/** Of several GraphQL modules all must ask, since a resolver does not say to which it belongs. */
export function graphqlSetup(modules: ModulesContainer): GraphqlSetup {
  const all = graphqlModules(modules);
  const withResolvers = all.filter(({ isGateway }) => !isGateway);
  return {
    asksForFields:
      withResolvers.length > 0 &&
      withResolvers.every(({ options }) => options.fieldResolverEnhancers?.includes('guards')),
    schemas: schemasOf(modules),
    replaced: new Set(withResolvers.flatMap(({ options }) => fieldsOf(options.resolvers))),
    gateways: all.filter(({ isGateway }) => isGateway).map(gatewayOf),
    gatewayContextChecks: [...modules.values()].some(
      ({ providers }) => providers.get(GRAPHQL_GATEWAY)?.instance === 'context',
    ),
  };
}

/** @param resolvers one map of types to their fields, or several */
function fieldsOf(resolvers: unknown): string[] {
  return [resolvers]
    .flat()
    .flatMap((types) =>
      Object.entries(types ?? {}).flatMap(([type, fields]) =>
        Object.keys(Object(fields)).map((field) => `${type}.${field}`),
      ),
    );
}

/** By what holds them, a provider of @nestjs/graphql: a bundler may change the names of classes. */
function schemasOf(modules: ModulesContainer): Schema[] {
  return [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].flatMap(({ instance }) => schemaIn(instance) ?? []),
  );
}

function schemaIn(instance: unknown): Schema | undefined {
  if (typeof instance !== 'object' || instance === null) return undefined;
  try {
    const accessor = Object.getOwnPropertyDescriptor(Object(Object.getPrototypeOf(instance)), 'schema');
    const schema = accessor?.get && accessor.set && (instance as { schema?: Partial<Schema> | null }).schema;
    return schema && typeof schema.getQueryType === 'function' ? (schema as Schema) : undefined;
  } catch {
    // It throws until there is one.
    return undefined;
  }
}

/** The drivers that call handlers of this application. */
export function graphqlDrivers(modules: ModulesContainer): GraphqlDriverInstance[] {
  return graphqlModules(modules)
    .filter(({ isGateway }) => !isGateway)
    .map(({ driver }) => driver);
}

function graphqlModules(modules: ModulesContainer): GraphqlModule[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const options = providers.get(OPTIONS)?.instance as Options | null | undefined;
    const driver = [...providers.values()].map(({ instance }): unknown => instance).find(isDriver);
    return options && driver ? [{ options, driver, isGateway: sendsOn(options, driver) }] : [];
  });
}

/** By what it can do: its token is a class of @nestjs/graphql, which is not a dependency of this package. */
function isDriver(instance: unknown): instance is GraphqlDriverInstance {
  const driver = instance as Partial<Record<'mergeDefaultOptions' | 'generateSchema' | 'start', unknown>> | null;
  return [driver?.mergeDefaultOptions, driver?.generateSchema, driver?.start].every(
    (method) => typeof method === 'function',
  );
}

/** `gateway` may be left out of the options of Apollo's, which then asks Apollo's own service for its subgraphs. */
function sendsOn({ gateway }: Options, driver: object): boolean {
  if (gateway !== undefined) return true;
  for (let each: object | null = driver; each !== null; each = Object.getPrototypeOf(each) as object | null)
    if (each.constructor.name.endsWith('GatewayDriver')) return true;
  return false;
}

function gatewayOf({ options, driver }: GraphqlModule): GraphqlGateway {
  return {
    path: options.server?.path ?? options.path ?? '/graphql',
    driver: driver.constructor as unknown as GraphqlGateway['driver'],
  };
}
