import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { tokenRules } from '../module/token-rules.js';
import type { TokenRules } from '../verification/token-rules.js';
import { UsageError } from './command.js';

/** The module's options for checking tokens, as options of the command line. */
const RULES = {
  'require-expiry': { option: 'requireExpiry', type: 'boolean' },
  'max-token-age': { option: 'maxTokenAge', type: 'number' },
  'clock-tolerance': { option: 'clockTolerance', type: 'number' },
  'max-token-length': { option: 'maxTokenLength', type: 'number' },
  issuer: { option: 'issuer', type: 'string' },
  'require-issuer': { option: 'requireIssuer', type: 'boolean' },
  audience: { option: 'audience', type: 'string' },
  'require-audience': { option: 'requireAudience', type: 'boolean' },
} as const;

type RuleName = keyof typeof RULES;

/** For parseArgs. */
export const ruleOptions = Object.fromEntries(
  Object.entries(RULES).map(([name, { type }]) => [name, { type: type === 'boolean' ? 'boolean' : 'string' }]),
) as { readonly [name in RuleName]: { readonly type: 'string' | 'boolean' } };

/** @throws UsageError that names the option with the wrong value */
export function readRules(values: { readonly [name in RuleName]?: string | boolean | undefined }): TokenRules {
  const names = (Object.keys(RULES) as RuleName[]).filter((name) => values[name] !== undefined);
  const given = names.map((name) => {
    const value = values[name];
    return [RULES[name].option, RULES[name].type === 'number' ? asNumber(value as string) : value] as const;
  });
  try {
    // No cache, because each token is checked once.
    return tokenRules({ ...Object.fromEntries(given), cacheSize: 0 });
  } catch (error) {
    if (!(error instanceof ScalewayAuthConfigurationError)) throw error;
    const wrong = names.find((name) => error.message.includes(`option ${RULES[name].option} `));
    throw new UsageError(error.message.replace(/^.*?option \w+/, `--${wrong}`));
  }
}

function asNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
