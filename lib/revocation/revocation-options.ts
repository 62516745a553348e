import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import type { RevocationLog } from './revocation-log.js';

/** Where the deny list is kept, and what happens while it cannot be read. */
export interface RevocationOptions {
  /**
   * The log that replicas share, such as `RedisRevocationLog` of `nestjs-scaleway-auth/redis`. The module closes it when
   * the application shuts down.
   *
   * @default undefined: the list lives in this process, and ends with it
   */
  store?: RevocationLog;

  /**
   * What to do with genuine tokens that are not on the list while the list cannot be read: use the last list read
   * (`'stale'`; refuse while there is none), `'refuse'` once the list is older than `maxListAge`, or `'accept'`.
   *
   * @default 'stale'
   */
  whenStoreIsAway?: 'stale' | 'refuse' | 'accept';

  /**
   * How old the list may be, in seconds, before `whenStoreIsAway: 'refuse'` refuses and `revoke()` rejects. It is read
   * every 0.4 seconds.
   *
   * @default 2
   */
  maxListAge?: number;
}

export type RevocationRules = Readonly<Required<Omit<RevocationOptions, 'store'>>> & Pick<RevocationOptions, 'store'>;

/** A list is half a second old at any time, and a bound of more than an hour is one in milliseconds by mistake. */
const LIST_AGE = { least: 1, most: 3600 };

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ScalewayAuthConfigurationError naming the option that is unknown or wrong
 */
export function revocationRules(options: unknown = {}): RevocationRules {
  if (typeof options !== 'object' || options === null) fail('', 'must be an object');
  const { store, whenStoreIsAway = 'stale', maxListAge = 2, ...others } = options as Record<string, unknown>;
  for (const name of Object.keys(others)) fail(`.${name}`, 'is not an option');
  if (whenStoreIsAway !== 'stale' && whenStoreIsAway !== 'refuse' && whenStoreIsAway !== 'accept')
    fail('.whenStoreIsAway', "must be 'stale', 'refuse' or 'accept'");
  if (typeof maxListAge !== 'number' || !(maxListAge >= LIST_AGE.least && maxListAge <= LIST_AGE.most))
    fail('.maxListAge', `must be a number of seconds from ${LIST_AGE.least} to ${LIST_AGE.most}`);
  if (store !== undefined && !isLog(store))
    fail('.store', "must be a RevocationLog, such as RedisRevocationLog of 'nestjs-scaleway-auth/redis'");
  return { whenStoreIsAway, maxListAge, ...(store !== undefined && { store }) };
}

function isLog(store: unknown): store is RevocationLog {
  const members = (store ?? {}) as Record<string, unknown>;
  return ['append', 'read', 'close'].every((name) => typeof members[name] === 'function');
}

function fail(option: string, problem: string): never {
  throw new ScalewayAuthConfigurationError(`ScalewayAuthModule: the option revocation${option} ${problem}.`);
}
