import passport from 'passport';
import { challengeOf, statusOf } from '../refusal/refusal-reasons.js';
import type { RefusalLog } from '../refusal/refusal-log.js';
import { type AuthSettings, shareDenyList } from '../verification/auth-settings.js';
import type { PassportStrategy } from './passport-jwt.js';
import { SCALEWAY_JWT } from './scaleway-jwt.strategy.js';

/** What one running application registers with passport. */
export interface PassportRegistration {
  readonly strategy: PassportStrategy;
  readonly settings: AuthSettings;
  readonly refusalLog: RefusalLog;
}

/**
 * The running applications of this process. Passport has one registry for each process, so all copies of this package must
 * share this list.
 */
const LIVE: unique symbol = Symbol.for('nestjs-scaleway-auth:live-applications') as never;
const live = ((globalThis as { [LIVE]?: Set<PassportRegistration> })[LIVE] ??= new Set());

/** Registers an application's strategy with passport; call it when the application starts. */
export function registerWithPassport(registration: PassportRegistration): void {
  live.add(registration);
  chooseStrategy();
}

/** Removes the strategy; the name is freed when the last application ends. */
export function unregisterFromPassport(registration: PassportRegistration): void {
  live.delete(registration);
  chooseStrategy();
}

/**
 * Passport does not know which application received a request, and an application must not use the deny list of another.
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
  'two applications with different SCW_* variables, options or deny lists run in this process, and passport has one registry ' +
  `for both, so "${SCALEWAY_JWT}" refuses every request; use ScalewayAuthGuard, which is separate for each application`;

function refuseEverybody(refusalLog: RefusalLog): Pick<PassportStrategy, 'name' | 'authenticate'> {
  return {
    name: SCALEWAY_JWT,
    authenticate(this: PassportStrategy) {
      refusalLog.report({ reason: 'unexpected', detail: AMBIGUOUS });
      this.fail(challengeOf('unexpected'), statusOf('unexpected'));
    },
  };
}
