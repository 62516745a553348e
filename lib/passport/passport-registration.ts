import passport from 'passport';
import { processWide } from '../container/process-wide.js';
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

/** The running applications of this process, of all copies of this package. */
const live = processWide('live-applications', () => new Set<PassportRegistration>());

/** The registries of this process: each copy of passport has one, and would keep the strategy of an application of its own. */
const registries = processWide('passports', () => new Set<Pick<typeof passport, 'use' | 'unuse'>>());

/** Registers an application's strategy with passport; call it when the application starts. */
export function registerWithPassport(registration: PassportRegistration): void {
  live.add(registration);
  registries.add(passport);
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
    for (const registry of registries) registry.unuse(SCALEWAY_JWT);
    return;
  }
  const areAlike = others.every((other) => shareDenyList(first.settings, other.settings));
  const strategy = areAlike ? first.strategy : refuseEverybody(first.refusalLog);
  for (const registry of registries) registry.use(SCALEWAY_JWT, strategy as never);
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
