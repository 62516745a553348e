import { ALGORITHM } from '../verification/jws.js';
import type { ContainerIdentity } from '../container/container-identity.js';
import { challengeOf, statusOf } from '../refusal/refusal-reasons.js';
import type { RefusalLog } from '../refusal/refusal-log.js';
import { type RequestHeaders, TokenExtractor } from '../request/token-extractor.js';
import type { ScalewayTokenVerifier } from '../verification/scaleway-token-verifier.js';
import type { TokenRules } from '../verification/token-rules.js';
import { PassportJwtStrategy } from './passport-jwt.js';
import { reportIfRefusedByAll } from './refused-by-all.js';

/**
 * The name of the passport strategy, for `AuthGuard(SCALEWAY_JWT)` of `@nestjs/passport`.
 *
 * @example
 * @UseGuards(AuthGuard([SCALEWAY_JWT, 'jwt']))
 */
export const SCALEWAY_JWT = 'scaleway-jwt';

/**
 * A passport-jwt strategy for the tokens of this container, with the real extractor, key and algorithm.
 * {@link ScalewayTokenVerifier} makes the verdict: docs/decisions/0001-passport-jwt-does-not-verify.md.
 *
 * The module provides the strategy and registers it with passport while the application runs. `req.user` is a
 * {@link ScwTokenClaims}. On a public container it refuses every request.
 *
 * @example
 * passport.use('my-name', app.get(ScalewayJwtStrategy));
 */
export class ScalewayJwtStrategy extends PassportJwtStrategy {
  override readonly name = SCALEWAY_JWT;

  /** @internal */
  constructor(
    container: ContainerIdentity,
    rules: TokenRules,
    private readonly verifier: ScalewayTokenVerifier,
    private readonly refusalLog?: RefusalLog,
  ) {
    const extractor = new TokenExtractor(rules.headers, rules.maxTokenLength);
    super(
      {
        jwtFromRequest: (request: RequestHeaders) => extractor.extract(request).token,
        secretOrKeyProvider: (_request, _token, done) =>
          container.public ? done(new Error('A public container has no key')) : done(null, container.publicKey),
        algorithms: [ALGORITHM],
      },
      (_payload, done) => done(null, false),
    );
  }

  /** Called by passport, on an object that it derives from this one for each request. */
  override authenticate(request: RequestHeaders): void {
    // Synchronous, so that an exception in a callback of `passport.authenticate` reaches its caller.
    const verdict = this.verifier.verifySync(request);
    if (verdict.accepted) return this.success(verdict.claims);
    // Before anything is put off: what throws here must reach the caller, and not end the process later.
    const [challenge, status] = [challengeOf(verdict.reason), statusOf(verdict.reason)];
    reportIfRefusedByAll(request, challenge, () => this.refusalLog?.report(verdict));
    this.fail(challenge, status);
  }
}
