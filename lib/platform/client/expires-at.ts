import { isDate } from 'node:util/types';
import { parseDateTime } from '../rfc3339.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';

/**
 * When a token is to expire, as Scaleway's API wants it: RFC 3339 in UTC. Tokens carry whole seconds, so the second
 * itself has to lie in the future.
 */
export function checkExpiresAt(value: Date | string, now: number, name: string): string {
  const instant = isDate(value) ? value : typeof value === 'string' ? parseDateTime(value) : undefined;
  if (!instant || Number.isNaN(instant.getTime())) {
    throw new ScalewayPlatformError(
      'invalid_argument',
      `${name} must be a valid date and time with its zone (RFC 3339), such as 2030-01-31T18:00:00Z or 2030-01-31T20:00:00+02:00.`,
    );
  }
  if (Math.floor(instant.getTime() / 1000) * 1000 <= now) {
    throw new ScalewayPlatformError(
      'invalid_argument',
      `${name} must be in the future: ${instant.toISOString()} is not, it is ${new Date(now).toISOString()} on this machine's clock.`,
    );
  }
  return instant.toISOString();
}
