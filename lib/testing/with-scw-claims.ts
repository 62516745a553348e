import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { readContainerIdentity } from '../container/container-identity.js';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import { APPLICATION_AUTH, ApplicationAuth } from '../module/application-auth.js';
import { tokenRules } from '../module/token-rules.js';
import type { Verdict } from '../verification/verdict.js';
import { ScalewayJwtStrategy } from '../passport/scaleway-jwt.strategy.js';
import { ScwTokenClaims } from '../verification/scw-token-claims.js';
import { createScalewayTestIssuer } from './test-issuer.js';

/** Who a test pretends has called. One of the two ids is needed. */
export interface TestCaller {
  readonly namespaceId?: string;
  readonly applicationId?: string;
  /** `jti`. */
  readonly tokenId?: string;
  readonly issuedAt?: Date;
  readonly expiresAt?: Date;
}

/** The part of `TestingModuleBuilder` of `@nestjs/testing` that is used. */
interface OverridableModule {
  overrideGuard(guard: unknown): { useValue(value: unknown): unknown };
  overrideProvider(token: unknown): { useValue(value: unknown): unknown };
}

/**
 * Lets every request in as this caller, wherever `ScalewayAuthGuard` stands: `@UseGuards`, `protectAllRoutes`,
 * `useGlobalGuards`. Tokens are not looked at and need not be sent; `@ScwPublic()` and `@ScwRequireScope()` count as ever.
 * The application boots without any `SCW_*` variable, also where a test leaves `ScalewayAuthModule` out.
 *
 * For tests of handlers. A test of who may call uses {@link createScalewayTestIssuer} and real tokens.
 *
 * @returns the builder
 * @throws TypeError when the caller has neither id
 * @example
 * const testing = await withScwClaims(Test.createTestingModule({ imports: [AppModule] }), { namespaceId: 'n1' }).compile();
 */
export function withScwClaims<T extends OverridableModule>(builder: T, caller: TestCaller): T {
  const auth = new TestAuth(claimsOf(caller));
  // Guards on a class or handler are made anew for each module, so both: what they are made from, and they themselves,
  // for a test without the module.
  builder.overrideProvider(APPLICATION_AUTH).useValue(auth);
  builder.overrideGuard(ScalewayAuthGuard).useValue(new ScalewayAuthGuard(auth));
  return builder;
}

/** The real thing, with a strategy that knows its caller beforehand. */
class TestAuth extends ApplicationAuth {
  override readonly strategy: ScalewayJwtStrategy;

  constructor(claims: ScwTokenClaims) {
    const identity = readContainerIdentity(createScalewayTestIssuer().environment);
    super(identity, tokenRules({}), NO_MODULES, { httpAdapter: { setHeader } } as unknown as HttpAdapterHost);
    this.strategy = new KnownCaller(identity, this.rules, claims);
  }
}

class KnownCaller extends ScalewayJwtStrategy {
  constructor(
    identity: ConstructorParameters<typeof ScalewayJwtStrategy>[0],
    rules: ConstructorParameters<typeof ScalewayJwtStrategy>[1],
    private readonly claims: ScwTokenClaims,
  ) {
    super(identity, rules);
  }

  override check(): Verdict {
    return { claims: this.claims };
  }

  override decide(): Verdict {
    return this.check();
  }
}

const NO_MODULES = new Map() as unknown as ModulesContainer;

/** Express's response and Fastify's reply share this method. */
function setHeader(response: { header(name: string, value: string): void }, name: string, value: string): void {
  response.header(name, value);
}

function claimsOf({ namespaceId, applicationId, tokenId, issuedAt, expiresAt }: TestCaller): ScwTokenClaims {
  if (!namespaceId && !applicationId)
    throw new TypeError('withScwClaims: the caller needs a namespaceId or an applicationId.');
  const seconds = (date: Date | undefined) => date && date.getTime() / 1000;
  const payload = {
    application_claim: [{ namespace_id: namespaceId ?? '', application_id: applicationId ?? '' }],
    jti: tokenId,
    iat: seconds(issuedAt),
    exp: seconds(expiresAt),
  };
  return new ScwTokenClaims({ application: { namespaceId, applicationId }, payload });
}
