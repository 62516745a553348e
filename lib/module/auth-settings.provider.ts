import type { ModulesContainer } from '@nestjs/core';
import { readContainerIdentity } from '../container/container-identity.js';
import { membersOf } from '../container/members.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { type AuthSettings, sameSettings } from '../verification/auth-settings.js';
import { reportAtBoot } from './report-at-boot.js';
import type { ScalewayAuthOptions } from './scaleway-auth.options.js';
import { sharedInstance } from './shared-provider.js';
import { tokenRules } from './token-rules.js';

/** The injection token of the application's {@link AuthSettings}. */
export const AUTH_SETTINGS = Symbol.for('nestjs-scaleway-auth:settings');

/**
 * Reads what this import of the module is set up with.
 *
 * A library among the imports could bring the module with other settings, and Nest would silently take either.
 *
 * @param problem what is wrong with the call of forRoot itself
 * @throws ScalewayAuthConfigurationError when the options or variables are wrong, or differ from another import's
 */
export function provideSettings(
  options: ScalewayAuthOptions,
  problem: string | null,
  modules: ModulesContainer,
): AuthSettings {
  try {
    if (problem !== null) throw new ScalewayAuthConfigurationError(problem);
    const rules = tokenRules(options);
    const { environment = process.env, revocation = {} } = membersOf(options) as ScalewayAuthOptions;
    const container = readContainerIdentity(environment);
    const settings = { container, rules, revocation };
    const shared = sharedInstance(modules, 'settings', () => settings);
    if (!sameSettings(shared, settings)) throw new ScalewayAuthConfigurationError(DIFFERENT_SETTINGS);
    return shared;
  } catch (error) {
    reportAtBoot(error);
    throw error;
  }
}

const DIFFERENT_SETTINGS =
  'ScalewayAuthModule is imported twice with different settings, and an application has one container identity. Call ' +
  'forRoot or forRootAsync once, in the root module; if a library calls it too, give both the same environment and options.';
