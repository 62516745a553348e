import passport from 'passport';
import { Refusal } from '../refusal/refusal.js';
import { refusalChallenge, refusalStatus } from '../refusal/refusal-reasons.js';
import type { RequestHeaders } from '../request/token-extractor.js';
import type { PassportStrategy } from './passport-jwt.js';
import type { ContainerIdentity } from '../container/container-identity.js';
import type { RefusalLog } from '../refusal/refusal-log.js';
import type { ScalewayJwtStrategy } from './scaleway-jwt.strategy.js';

/**
 * The name under which the strategy is registered with passport, for `AuthGuard(SCALEWAY_JWT)` of `@nestjs/passport`.
 *
 * @example
 * @UseGuards(AuthGuard([SCALEWAY_JWT, 'jwt']))
 */
export const SCALEWAY_JWT = 'scaleway-jwt';

const AMBIGUOUS =
  `two applications with different SCW_* variables or options run in this process, which has one registry of passport ` +
  `strategies, so "${SCALEWAY_JWT}" refuses everybody; use ScalewayAuthGuard, which each application has for itself`;

/** What the entry asks of an application. */
export interface LiveApplication {
  readonly identity: ContainerIdentity;
  readonly strategy: ScalewayJwtStrategy;
  readonly log: RefusalLog;
  hasSameSettings(other: this): boolean;
  reportRefusal(refusal: Refusal, thrown: unknown): void;
}

/**
 * The applications of this process that are running. Passport has one registry a process, and every copy of this package
 * in it must see the same list.
 */
const LIVE: unique symbol = Symbol.for('nestjs-scaleway-auth:live-applications') as never;
const live = ((globalThis as { [LIVE]?: Set<LiveApplication> })[LIVE] ??= new Set());

/** Puts an application's strategy into passport's registry. */
export function enterPassport(application: LiveApplication): void {
  live.add(application);
  passport.use(SCALEWAY_JWT, entry as never);
}

/** Takes it out again; the entry goes with the last application. */
export function leavePassport(application: LiveApplication): void {
  if (live.delete(application) && live.size === 0) passport.unuse(SCALEWAY_JWT);
}

const entry = {
  name: SCALEWAY_JWT,

  // Passport calls this on an object made from the entry for each request.
  authenticate(this: PassportStrategy, request: RequestHeaders): void {
    const [application, ...others] = live;
    if (application === undefined) return this.fail(refusalChallenge('unexpected'), 401);
    // Whose request this is cannot be told here, and another's identity must not decide about it.
    if (others.some((other) => !application.hasSameSettings(other))) {
      application.log.report({ reason: 'unexpected', status: 401, detail: AMBIGUOUS });
      return this.fail(refusalChallenge('unexpected'), 401);
    }
    // Nobody is checked, so there is nobody to let in: passing would open AuthGuard(['scaleway-jwt', 'jwt']) to all.
    if (application.identity.public) return this.fail(refusalChallenge('no_token'), 401);

    // At once: what the callback of `passport.authenticate` throws must reach its caller, and end no process.
    const { claims, refusal, thrown } = application.strategy.check(request);
    if (claims !== undefined && refusal === undefined) return this.success(claims);
    const refused = refusal ?? new Refusal('unexpected');
    application.reportRefusal(refused, thrown);
    return this.fail(refusalChallenge(refused.reason), refusalStatus(refused.reason));
  },
};
