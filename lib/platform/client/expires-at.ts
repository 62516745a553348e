import { isDate } from 'node:util/types';
import { parseDateTime } from '../rfc3339.js';
import { ScalewayPlatformError } from './scaleway-platform-error.js';

/**
 * The expiry of a token in the format of Scaleway's API: RFC 3339 in UTC. Tokens have whole seconds, so the second itself
 * must be in the future.
 */
export function checkExpiresAt(value: Date | string, now: number, name: string): string {
  const instant = isDate(value) ? value : typeof value === 'string' ? parseDateTime(value) : undefined;
  if (!instant || Number.isNaN(instant.getTime())) {
    throw new ScalewayPlatformError(
      'invalid_argument',
      `${name} must be a valid date and time with a time zone (RFC 3339), such as 2030-01-31T18:00:00Z or 2030-01-31T20:00:00+02:00.`,
    );
  }
  if (Math.floor(instant.getTime() / 1000) * 1000 <= now) {
    throw new ScalewayPlatformError(
      'invalid_argument',
      `${name} must be in the future: ${instant.toISOString()} is not. This machine's clock says ${new Date(now).toISOString()}.`,
    );
  }
  return instant.toISOString();
}
