import { readContainerIdentity } from '../container/container-identity.js';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';
import { tokenRules } from '../module/token-rules.js';
import { refuseForeignToken } from '../revocation/genuine-token.js';
import { readPresentedToken } from '../revocation/presented-token.js';
import { type CommandIo, UsageError } from './command.js';
import { inspectToken } from './inspection.js';

/**
 * Rejects a token that the container of the `SCW_*` variables would refuse anyway. It was probably mistyped, and the leaked
 * token would stay valid.
 *
 * @throws UsageError that says why, without the token
 */
export function requireGenuine(pasted: string, { env, stderr }: CommandIo): void {
  try {
    const identity = readContainerIdentity(env);
    if (identity.public) return;
    const isGenuine = (token: string) => inspectToken(token, identity, tokenRules({ cacheSize: 0 })).reason;
    refuseForeignToken(readPresentedToken(pasted), isGenuine);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    if (!(error instanceof ScalewayAuthConfigurationError)) throw error;
    stderr.write(
      'Note: the signature was not verified, because the SCW_* variables of the container are not set here.\n',
    );
  }
}
