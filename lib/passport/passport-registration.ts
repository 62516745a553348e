import passport from 'passport';
import { challengeOf, statusOf } from '../refusal/refusal-reasons.js';
import type { RefusalLog } from '../refusal/refusal-log.js';
import { type AuthSettings, shareDenyList } from '../verification/auth-settings.js';
import type { PassportStrategy } from './passport-jwt.js';
import { SCALEWAY_JWT } from './scaleway-jwt.strategy.js';

/** One running application's part in passport's registry. */
export interface PassportRegistration {
  readonly strategy: PassportStrategy;
  readonly settings: AuthSettings;
  readonly refusalLog: RefusalLog;
}

/**
 * The applications of this process that are running. Passport has one registry a process, and every copy of this package
 * in it must see the same list.
 */
const LIVE: unique symbol = Symbol.for('nestjs-scaleway-auth:live-applications') as never;
const live = ((globalThis as { [LIVE]?: Set<PassportRegistration> })[LIVE] ??= new Set());

/** Registers an application's strategy with passport while the application runs. */
export function registerWithPassport(registration: PassportRegistration): void {
  live.add(registration);
  chooseStrategy();
}

/** Takes it out again; the name goes with the last application. */
export function unregisterFromPassport(registration: PassportRegistration): void {
  live.delete(registration);
  chooseStrategy();
}

/**
 * Passport cannot tell which application a request came to, and one application must not decide with the deny list of
 * another.
 */
function chooseStrategy(): void {
  const [first, ...others] = live;
  if (first === undefined) {
    passport.unuse(SCALEWAY_JWT);
    return;
  }
  const areAlike = others.every((other) => shareDenyList(first.settings, other.settings));
  passport.use(SCALEWAY_JWT, (areAlike ? first.strategy : refuseEverybody(first.refusalLog)) as never);
}

const AMBIGUOUS =
  'two applications with different SCW_* variables, options or deny lists run in this process, which has one registry of ' +
  `passport strategies, so "${SCALEWAY_JWT}" refuses everybody; use ScalewayAuthGuard, which each application has for itself`;

function refuseEverybody(refusalLog: RefusalLog): Pick<PassportStrategy, 'name' | 'authenticate'> {
  return {
    name: SCALEWAY_JWT,
    authenticate(this: PassportStrategy) {
      refusalLog.report({ reason: 'unexpected', detail: AMBIGUOUS });
      this.fail(challengeOf('unexpected'), statusOf('unexpected'));
    },
  };
}
