import { checkApiUrl, checkRegion, DEFAULT_API_URL } from './api-url.js';
import { configurationPath, readConfigurationFile } from './configuration-file.js';
import type { OptionNames } from './option-names.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';
import { checkSecretKey } from './secret-key.js';

/** The options that name credentials. */
export interface CredentialOptions {
  readonly secretKey?: string | undefined;
  readonly region?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly profile?: string | undefined;
}

/** What a request needs. The region is only checked if the call does not name one. */
export interface Credentials {
  readonly secretKey: string;
  readonly apiUrl: string;
  readonly region: string | undefined;
}

/** Checks the options, so that a typo fails at boot instead of at the first call. */
export function checkOptions(options: CredentialOptions, names: OptionNames): void {
  if (options.secretKey !== undefined) checkSecretKey(options.secretKey, names.secretKey ?? 'secret key');
  if (options.region !== undefined) checkRegion(options.region, names.region);
  if (options.apiUrl !== undefined) checkApiUrl(options.apiUrl, names.apiUrl);
}

/**
 * Reads the options, then the environment, then the file, in the order of Scaleway's tools. The file is only read if
 * something is missing or a profile was named, so a container with all options reads no file.
 */
export async function findCredentials(
  options: CredentialOptions,
  regionNeeded: boolean,
  names: OptionNames,
): Promise<Credentials> {
  const secretKey = first(options.secretKey, names.secretKey ?? 'secret key', 'SCW_SECRET_KEY');
  const region = first(options.region, names.region, 'SCW_DEFAULT_REGION');
  const apiUrl = first(options.apiUrl, names.apiUrl, 'SCW_API_URL');

  const named = options.profile !== undefined || (options.secretKey === undefined && !!process.env['SCW_PROFILE']);
  const missing = secretKey === undefined || (region === undefined && regionNeeded);
  const file = named || missing ? await readConfigurationFile(options.profile) : undefined;
  const fromFile = (value: string | undefined): Found | undefined =>
    value === undefined ? undefined : { value, from: `profile ${file?.profile} of ${file?.path}` };

  const key = secretKey ?? fromFile(file?.secretKey);
  if (key === undefined) {
    const orPass =
      names.secretKey === undefined
        ? ''
        : `, or pass ${names.secretKey} (in a Scaleway container, where SCW_ names are reserved, from a variable with another name)`;
    throw new ScalewayPlatformError(
      'configuration',
      `No Scaleway secret key: set SCW_SECRET_KEY, or run \`scw init\` (no key in ${configurationPath()})${orPass}.`,
    );
  }
  const where = region ?? fromFile(file?.region);
  const url = apiUrl ?? fromFile(file?.apiUrl);
  return {
    secretKey: checkSecretKey(key.value, key.from),
    region: where && checkRegion(where.value, where.from),
    apiUrl: checkApiUrl(url?.value ?? DEFAULT_API_URL, url?.from ?? 'default'),
  };
}

interface Found {
  readonly value: string;
  readonly from: string;
}

function first(option: string | undefined, optionName: string, variable: string): Found | undefined {
  if (option !== undefined) return { value: option, from: optionName };
  const value = process.env[variable];
  return value ? { value, from: variable } : undefined;
}
