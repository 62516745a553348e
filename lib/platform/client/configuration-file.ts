import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ScalewayPlatformError } from './scaleway-platform-error.js';

/** What Scaleway's configuration file says, in its effective profile. */
export interface FileProfile {
  readonly path: string;
  readonly profile: string;
  readonly secretKey?: string | undefined;
  readonly region?: string | undefined;
  readonly apiUrl?: string | undefined;
}

const LOADER = '@scaleway/configuration-loader';

/**
 * Reads the file that `scw init` writes, by the rules of Scaleway's own tools: SCW_CONFIG_PATH, else
 * $XDG_CONFIG_HOME/scw/config.yaml, else ~/.config/scw/config.yaml; the profile named by the caller, else SCW_PROFILE,
 * else the file's active_profile, laid over the values at the top of the file; the region of default_zone when there is
 * no default_region. Answers nothing when there is no file.
 */
export async function readConfigurationFile(profileName: string | undefined): Promise<FileProfile | undefined> {
  const path = configurationPath();
  const asked = profileName ?? (process.env['SCW_PROFILE'] || undefined);
  if (!existsSync(path)) {
    if (asked === undefined) return undefined;
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway profile ${JSON.stringify(asked)} was asked for, but there is no configuration file at ${path}: run \`scw init\`, or set SCW_CONFIG_PATH.`,
    );
  }
  const profiles = await loadProfiles(path);
  const profile = asked ?? activeProfile(path) ?? 'default';
  const top = profiles['default'] ?? {};
  if (profile !== 'default' && !Object.hasOwn(profiles, profile)) {
    throw new ScalewayPlatformError(
      'configuration',
      `There is no profile ${JSON.stringify(profile)} in ${path}: it has ${Object.keys(profiles).join(', ') || 'none'}.`,
    );
  }
  const own = profiles[profile] ?? {};
  const zone = unquoted(own.defaultZone ?? top.defaultZone);
  return {
    path,
    profile,
    secretKey: unquoted(own.secretKey ?? top.secretKey),
    region: unquoted(own.defaultRegion ?? top.defaultRegion) ?? zone?.replace(/-\d+$/u, ''),
    apiUrl: unquoted(own.apiURL ?? top.apiURL),
  };
}

/** Where Scaleway's tools keep their configuration. */
export function configurationPath(): string {
  return (
    process.env['SCW_CONFIG_PATH'] ||
    join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'scw', 'config.yaml')
  );
}

interface LoadedProfile {
  readonly secretKey?: string;
  readonly defaultRegion?: string;
  readonly defaultZone?: string;
  readonly apiURL?: string;
}

async function loadProfiles(path: string): Promise<Record<string, LoadedProfile>> {
  let loader: typeof import('@scaleway/configuration-loader');
  try {
    loader = await import('@scaleway/configuration-loader');
  } catch {
    throw new ScalewayPlatformError(
      'configuration',
      `Reading ${path} takes the package ${LOADER}: run \`npm install ${LOADER}\`, or set SCW_SECRET_KEY and SCW_DEFAULT_REGION.`,
    );
  }
  try {
    return loader.loadAllProfilesFromConfigurationFile({ filepath: path });
  } catch {
    // Not the loader's own words: they may quote the file.
    throw new ScalewayPlatformError('configuration', `The Scaleway configuration file ${path} cannot be read.`);
  }
}

/** The loader leaves this line out. */
function activeProfile(path: string): string | undefined {
  const line = /^active_profile:[ \t]*([^\s#]+)/mu.exec(readFileSync(path, 'utf8'));
  return unquoted(line?.[1]);
}

/** The loader reads lines, not YAML: quotes stay on. An empty value is none. */
function unquoted(value: string | undefined): string | undefined {
  return value?.replace(/^(["'])(.*)\1$/u, '$2') || undefined;
}
