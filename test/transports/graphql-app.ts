import { type ModuleMetadata, UseGuards } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Field, GraphQLModule, Mutation, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import {
  ScalewayAuthGuard,
  ScalewayAuthModule,
  ScwClaims,
  ScwOptional,
  ScwPublic,
  ScwRequireScope,
  ScwTokenClaims,
} from 'nestjs-scaleway-auth';
import type { RunningApp } from '../support/app.js';

@ObjectType()
class Order {
  @Field(() => String)
  id!: string;

  @Field(() => String, { nullable: true })
  secret?: string;

  @Field(() => String, { nullable: true })
  seenBy?: string;
}

/** How often the mutation has run. */
export const mutations = { count: 0 };

@Resolver(() => Order)
@UseGuards(ScalewayAuthGuard)
class OrderResolver {
  @Query(() => String)
  guarded(@ScwClaims() caller: ScwTokenClaims | undefined): string {
    return caller?.scope ?? 'nobody';
  }
  /** Answers late, so that other fields of its operation come between its guard and the answer. */
  @Query(() => String, { nullable: true })
  @ScwPublic()
  async exempt(@ScwClaims() caller: ScwTokenClaims | undefined): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return caller?.scope ?? 'nobody';
  }
  @Query(() => String)
  @ScwOptional()
  optional(@ScwClaims('scope') scope: string | undefined): string {
    return scope ?? 'nobody';
  }
  @Query(() => String, { nullable: true })
  @ScwRequireScope('application')
  own(@ScwClaims('scope') scope: string | undefined): string {
    return scope ?? 'nobody';
  }
  @Mutation(() => String)
  change(@ScwClaims('scope') scope: string | undefined): string {
    mutations.count++;
    return scope ?? 'nobody';
  }
}

/** A query that anybody may ask, of an object with a field that not everybody may see. */
@Resolver(() => Order)
class OpenResolver {
  @Query(() => Order)
  order(): Order {
    return { id: '1' };
  }
  @Query(() => String, { nullable: true })
  unguarded(@ScwClaims() caller: ScwTokenClaims): string {
    return caller.scope;
  }
  @UseGuards(ScalewayAuthGuard)
  @ResolveField(() => String)
  secret(@Parent() order: Order, @ScwClaims('scope') scope: string | undefined): string {
    return `${order.id} for ${scope}`;
  }
}

export const application = (env: object, options: Partial<ApolloDriverConfig> = {}): ModuleMetadata => ({
  imports: [
    ScalewayAuthModule.forRoot({ environment: env }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      fieldResolverEnhancers: ['guards'],
      graphiql: false,
      ...options,
    }),
  ],
  providers: [OrderResolver, OpenResolver],
});

export interface GraphqlAnswer {
  readonly status: number;
  readonly challenge: string | null;
  readonly data: Record<string, unknown> | null;
  readonly errors?: { message: string; path: string[]; extensions: Record<string, unknown> }[];
  readonly text: string;
}

export async function ask(
  running: RunningApp,
  query: string,
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer> {
  const answer = await fetch(`${running.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const text = await answer.text();
  const { status } = answer;
  return { ...JSON.parse(text), status, text, challenge: answer.headers.get('www-authenticate') };
}
