import { ConsoleLogger, Logger } from '@nestjs/common';
import { ScalewayAuthConfigurationError } from '../container/scaleway-auth-configuration.error.js';

/**
 * Makes sure that the reason for which an application does not boot reaches stderr, once. Nest prints it by its own
 * console logger, but prints nothing under `logger: false`, and a logger of the user's may write elsewhere, or still be
 * buffering when the process exits: then it is written here.
 */
export function reportAtBoot(error: unknown): void {
  if (!(error instanceof ScalewayAuthConfigurationError)) return;
  const { staticInstanceRef: logger } = Logger as unknown as { staticInstanceRef?: unknown };
  const nestPrintsIt = logger instanceof ConsoleLogger && logger.isLevelEnabled('error');
  if (!nestPrintsIt) process.stderr.write(`${error.message}\n`);
}
