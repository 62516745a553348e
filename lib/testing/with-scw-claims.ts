import { Logger } from '@nestjs/common';
import { readContainerIdentity } from '../container/container-identity.js';
import { ScalewayAuthGuard } from '../guard/scaleway-auth.guard.js';
import { AUTH_SETTINGS } from '../module/auth-settings.provider.js';
import { tokenRules } from '../module/token-rules.js';
import { RefusalLog } from '../refusal/refusal-log.js';
import type { AuthSettings } from '../verification/auth-settings.js';
import { ScalewayTokenVerifier, TOKEN_VERIFIER } from '../verification/scaleway-token-verifier.js';
import { ScwTokenClaims } from '../verification/scw-token-claims.js';
import type { Verdict } from '../verification/verdict.js';
import { createScalewayTestIssuer } from './test-issuer.js';

/** The caller in a test. At least one of the two ids is required. */
export interface TestCaller {
  readonly namespaceId?: string;
  readonly applicationId?: string;
  /** `jti`. */
  readonly tokenId?: string;
  readonly issuedAt?: Date;
  readonly expiresAt?: Date;
}

/** The part of `@nestjs/testing`'s `TestingModuleBuilder` that is used. */
interface OverridableModule {
  overrideGuard(guard: unknown): { useValue(value: unknown): unknown };
  overrideProvider(token: unknown): { useValue(value: unknown): unknown };
}

/**
 * Makes `ScalewayAuthGuard` accept every request as this caller, however the guard is applied: with `@UseGuards`,
 * `protectAllRoutes` or `useGlobalGuards`. Tokens are not checked and need not be sent. `@ScwPublic()` and
 * `@ScwRequireScope()` work as usual. The application boots without `SCW_*` variables, even if the test does not import
 * `ScalewayAuthModule`.
 *
 * Use it to test what handlers do. To test who may call them, use {@link createScalewayTestIssuer} and real tokens.
 *
 * @returns the builder
 * @throws TypeError if the caller has neither id
 * @example
 * const testing = await withScwClaims(Test.createTestingModule({ imports: [AppModule] }), { namespaceId: 'n1' }).compile();
 */
export function withScwClaims<T extends OverridableModule>(builder: T, caller: TestCaller): T {
  const settings: AuthSettings = {
    container: readContainerIdentity(createScalewayTestIssuer().environment),
    rules: tokenRules({}),
    revocation: {},
  };
  const verifier = new KnownCaller(settings, claimsOf(caller));
  // Nest creates guards on a class or handler for each module, so override both: the guard's dependencies, and the guard
  // itself for a test without the module.
  builder.overrideProvider(AUTH_SETTINGS).useValue(settings);
  builder.overrideProvider(TOKEN_VERIFIER).useValue(verifier);
  const refusalLog = new RefusalLog(new Logger('ScalewayAuth'));
  builder.overrideGuard(ScalewayAuthGuard).useValue(Object.assign(new ScalewayAuthGuard(verifier), { refusalLog }));
  return builder;
}

/** Accepts every request as the same caller. */
class KnownCaller extends ScalewayTokenVerifier {
  readonly #claims: ScwTokenClaims;

  constructor({ container, rules }: AuthSettings, claims: ScwTokenClaims) {
    super(container, rules);
    this.#claims = claims;
  }

  override verifySync(): Verdict {
    return { accepted: true, claims: this.#claims, header: undefined };
  }

  override verify(): Verdict {
    return this.verifySync();
  }
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
