import type { Type } from '@nestjs/common';
import type { ScalewayEnvironment } from '../container/container-identity.js';
import type { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import type { RevocationOptions } from '../revocation/revocation-options.js';

/**
 * What `ScalewayAuthModule` can be told. A container on Scaleway needs none of it.
 *
 * @example
 * ScalewayAuthModule.forRoot({ requireExpiry: true, maxTokenAge: 86_400 })
 */
export interface ScalewayAuthOptions {
  /**
   * The `SCW_*` variables, read instead of `process.env` and never mixed with it. Strings, unconverted.
   *
   * @default process.env
   */
  environment?: ScalewayEnvironment;

  /**
   * The headers that may carry the token; the first that is present and not blank decides. Names are compared in any
   * letter case. `Authorization` is read for the scheme Bearer alone (RFC 6750 section 2.1); the others carry the bare token.
   *
   * @default ['X-Auth-Token', 'SCW-Functions-Token', 'SCW_FUNCTIONS_TOKEN', 'Authorization'], which are all that Scaleway
   * has named since 2019, and what HTTP tools send
   */
  headers?: readonly string[];

  /**
   * A longer token is refused unread, in characters. Scaleway's have about 1,050.
   *
   * @default 8192
   */
  maxTokenLength?: number;

  /**
   * How far this container's clock may be behind Scaleway's, in seconds: `nbf` and `iat` may lie that far in the future.
   * `exp` is never extended by it.
   *
   * @default 5, since a token is issued with `nbf` and `iat` of that very second and the clocks of containers drift
   */
  clockTolerance?: number;

  /**
   * Refuse tokens without `exp`, which live for ever. Scaleway issues them when no expiry is asked for.
   *
   * @default false
   */
  requireExpiry?: boolean;

  /**
   * Refuse tokens that were issued (`iat`) this many seconds ago or earlier, and those that do not say when.
   *
   * @default undefined: tokens of any age are accepted until they expire
   */
  maxTokenAge?: number;

  /**
   * What `iss` must be when it is present.
   *
   * @default 'SCALEWAY', which every recorded token has
   */
  issuer?: string;

  /**
   * Refuse tokens without `iss`.
   *
   * @default false, since Scaleway's documentation shows tokens with `application_claim` alone
   */
  requireIssuer?: boolean;

  /**
   * What `aud` must be, or contain, when it is present.
   *
   * @default 'functions', which every recorded token has, for containers too
   */
  audience?: string;

  /**
   * Refuse tokens without `aud`.
   *
   * @default false, as for `requireIssuer`
   */
  requireAudience?: boolean;

  /** The deny list of revoked tokens: where it is kept, and what happens when it cannot be read. */
  revocation?: RevocationOptions;

  /**
   * How many verified tokens are remembered, so that each is verified once and not on every request; one takes about
   * 3 kilobytes. Their times are checked on every request all the same. 0 turns it off.
   *
   * @default 1000
   */
  cacheSize?: number;
}

/** What is said beside the options, since it shapes the module itself and not its checks. */
export interface ScalewayAuthModuleExtras {
  /**
   * Make the guard's providers available in every module without importing this one.
   *
   * @default true
   */
  isGlobal?: boolean;

  /**
   * Guard every route of the application (as an `APP_GUARD`); exempt single ones with `@ScwPublic()`. With a subclass of
   * `ScalewayAuthGuard` that finds tokens where the base class does not: `{ guard: MyGuard }`, whose other dependencies come
   * from global modules, or with `forRootAsync` from its `imports`.
   *
   * @default false
   */
  protectAllRoutes?: boolean | { readonly guard: Type<ScalewayAuthGuard> };

  /**
   * `'context'`: the `context` function of the application's GraphQL gateway (`ApolloGatewayDriver`,
   * `MercuriusGatewayDriver`) checks its callers. Nest asks no guard about what a gateway sends on to its subgraphs, and no
   * tool can see what that function does, so without this an application that guards everything does not start with a
   * gateway.
   *
   * @default undefined
   */
  graphqlGateway?: 'context';
}
