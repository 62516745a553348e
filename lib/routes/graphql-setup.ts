import type { ModulesContainer } from '@nestjs/core';

/** What the options of GraphQLModule say, as far as guards go. */
export interface GraphqlSetup {
  /** `fieldResolverEnhancers` has `'guards'`: guards are asked about fields and references. */
  readonly asksForFields: boolean;
}

/** The injection token of @nestjs/graphql's options. */
const OPTIONS = 'GqlModuleOptions';

interface Options {
  readonly fieldResolverEnhancers?: readonly unknown[];
}

/** Of several GraphQL modules all must ask, since a resolver does not say to which it belongs. */
export function graphqlSetup(modules: ModulesContainer): GraphqlSetup {
  const options = [...modules.values()]
    .map(({ providers }) => providers.get(OPTIONS)?.instance as Options | undefined)
    .filter((each) => each !== undefined && each !== null);
  return {
    asksForFields: options.length > 0 && options.every((each) => each.fieldResolverEnhancers?.includes('guards')),
  };
}
