import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { membersOf } from '../container/members.js';
import type { TokenRules } from '../verification/token-rules.js';
import { revocationRules } from '../revocation/revocation-options.js';
import type { ScalewayAuthOptions } from './scaleway-auth.options.js';

const DEFAULTS: TokenRules = {
  headers: ['X-Auth-Token', 'SCW-Functions-Token', 'SCW_FUNCTIONS_TOKEN', 'Authorization'],
  maxTokenLength: 8192,
  clockTolerance: 5,
  requireExpiry: false,
  maxTokenAge: undefined,
  issuer: 'SCALEWAY',
  requireIssuer: false,
  audience: 'functions',
  requireAudience: false,
  cacheSize: 1000,
};

/** An hour: a larger tolerance is a time in milliseconds by mistake, or a clock to mend. */
const MAXIMUM_CLOCK_TOLERANCE = 3600;

/** About 3 gigabytes: more is a typing error. */
const MAXIMUM_CACHE_SIZE = 1_000_000;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ScalewayAuthConfigurationError naming the option that is unknown or wrong
 */
export function tokenRules(options: unknown): TokenRules {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ScalewayAuthConfigurationError(
      'ScalewayAuthModule: the options must be an object; {} means the defaults.',
    );
  const members = membersOf(options);
  refuseUnknown(members);
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const rules = Object.assign(Object.create(null), DEFAULTS, Object.fromEntries(given)) as ScalewayAuthOptions &
    TokenRules;

  const environment: unknown = rules.environment;
  if (environment !== undefined && (typeof environment !== 'object' || environment === null))
    fail('environment', 'must be an object of SCW_* variables');
  for (const name of ['requireExpiry', 'requireIssuer', 'requireAudience'] as const)
    if (typeof rules[name] !== 'boolean') fail(name, 'must be true or false');
  for (const name of ['issuer', 'audience'] as const)
    if (typeof rules[name] !== 'string' || rules[name] === '') fail(name, 'must be a string that is not empty');
  if (!Number.isSafeInteger(rules.maxTokenLength) || rules.maxTokenLength < 1)
    fail('maxTokenLength', 'must be a whole number of characters, 1 or more');
  if (!Number.isSafeInteger(rules.cacheSize) || !isBetween(rules.cacheSize, 0, MAXIMUM_CACHE_SIZE))
    fail('cacheSize', `must be a whole number of tokens from 0 to ${MAXIMUM_CACHE_SIZE}`);
  if (!isBetween(rules.clockTolerance, 0, MAXIMUM_CLOCK_TOLERANCE))
    fail('clockTolerance', `must be a number of seconds from 0 to ${MAXIMUM_CLOCK_TOLERANCE}`);
  if (
    rules.maxTokenAge !== undefined &&
    !(isBetween(rules.maxTokenAge, 0, Number.MAX_SAFE_INTEGER) && rules.maxTokenAge > 0)
  )
    fail('maxTokenAge', 'must be a number of seconds above 0');

  revocationRules(rules.revocation);

  const { environment: _environment, revocation: _revocation, ...checks } = rules;
  return Object.freeze({ ...checks, headers: headerNames(rules.headers) });
}

function headerNames(headers: unknown): readonly string[] {
  if (!Array.isArray(headers) || headers.length === 0) fail('headers', 'must be a list of one header name or more');
  const names = (headers as unknown[]).map((name) => {
    // RFC 9110 section 5.1: a header name is a token.
    if (typeof name !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      fail('headers', 'must hold names of headers');
    return (name as string).toLowerCase();
  });
  if (new Set(names).size !== names.length) fail('headers', 'names a header twice');
  if (names.includes('cookie'))
    fail('headers', 'must not hold Cookie: a browser sends cookies on its own, whoever asks it to');
  return Object.freeze(names);
}

const KNOWN: ReadonlySet<string> = new Set(['environment', 'revocation', ...Object.keys(DEFAULTS)]);

const EXTRAS: ReadonlySet<string> = new Set(['isGlobal', 'protectAllRoutes', 'graphqlGateway']);

function refuseUnknown(options: object): void {
  for (const name of Object.keys(options)) {
    if (EXTRAS.has(name))
      fail(name, 'is given beside useFactory, not in what it returns: forRootAsync({ useFactory, ' + name + ': … })');
    if (!KNOWN.has(name)) fail(name, `is not an option. Options are: ${[...KNOWN, ...EXTRAS].join(', ')}`);
  }
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function fail(option: string, problem: string): never {
  throw new ScalewayAuthConfigurationError(`ScalewayAuthModule: the option ${option} ${problem}.`);
}
