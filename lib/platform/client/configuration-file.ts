import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { record, text } from './json.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';

/** The effective profile of Scaleway's configuration file. */
export interface FileProfile {
  readonly path: string;
  readonly profile: string;
  readonly secretKey?: string | undefined;
  readonly region?: string | undefined;
  readonly apiUrl?: string | undefined;
}

/**
 * Reads the file that `scw init` writes, by the rules of Scaleway's own tools:
 *
 * - The file is SCW_CONFIG_PATH, or $XDG_CONFIG_HOME/scw/config.yaml, or ~/.config/scw/config.yaml.
 * - The profile is the one that the caller names, or SCW_PROFILE, or the file's active_profile. Its values override those at
 *   the top of the file.
 * - Without default_region, the region of default_zone is used.
 *
 * The file is read once, because it may be a pipe. Returns undefined if there is no file.
 */
export async function readConfigurationFile(profileName: string | undefined): Promise<FileProfile | undefined> {
  const path = configurationPath();
  const asked = profileName ?? (process.env['SCW_PROFILE'] || undefined);
  const content = readFile(path);
  if (content === undefined) {
    if (asked === undefined) return undefined;
    throw new ScalewayPlatformError(
      'configuration',
      `The Scaleway profile ${JSON.stringify(asked)} was requested, but there is no configuration file at ${path}: run \`scw init\`, or set SCW_CONFIG_PATH.`,
    );
  }
  const top = await parse(content, path);
  const profiles = record(top['profiles']);
  const profile = asked ?? text(top['active_profile']) ?? 'default';
  if (profile !== 'default' && !Object.hasOwn(profiles, profile)) {
    throw new ScalewayPlatformError(
      'configuration',
      `There is no profile ${JSON.stringify(profile)} in ${path}: it has ${['default', ...Object.keys(profiles)].join(', ')}.`,
    );
  }
  const own = Object.hasOwn(profiles, profile) ? record(profiles[profile]) : {};
  const value = (name: string): string | undefined => text(own[name] ?? top[name]);
  return {
    path,
    profile,
    secretKey: value('secret_key'),
    region: value('default_region') ?? value('default_zone')?.replace(/-\d+$/u, ''),
    apiUrl: value('api_url'),
  };
}

/** The path of the configuration file of Scaleway's tools. */
export function configurationPath(): string {
  return (
    process.env['SCW_CONFIG_PATH'] ||
    join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'scw', 'config.yaml')
  );
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path);
  }
}

async function parse(content: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  let yaml: typeof import('yaml');
  try {
    yaml = await import('yaml');
  } catch {
    throw new ScalewayPlatformError(
      'configuration',
      `Reading ${path} requires the package yaml: run \`npm install yaml\`, or set SCW_SECRET_KEY and SCW_DEFAULT_REGION.`,
    );
  }
  try {
    // Parse every value as a string.
    return record(yaml.parse(content, { schema: 'failsafe', logLevel: 'error' }));
  } catch {
    // Without the parser's message, which quotes the file.
    throw unreadable(path);
  }
}

function unreadable(path: string): ScalewayPlatformError {
  return new ScalewayPlatformError('configuration', `The Scaleway configuration file ${path} cannot be read.`);
}
