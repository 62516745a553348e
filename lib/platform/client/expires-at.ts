import { isDate } from 'node:util/types';
import { ScalewayInvalidArgumentError } from './errors.js';

// RFC 3339 section 5.6, date-time. Its leap second (:60) is left out: no such instant exists in a JSON Web Token.
const DATE_TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/iu;

/**
 * When a token is to expire, as Scaleway's API wants it: RFC 3339 in UTC. Tokens carry whole seconds, so the second
 * itself has to lie in the future.
 */
export function checkExpiresAt(value: Date | string, now: number, name = 'expiresAt'): string {
  const instant = isDate(value) ? value.getTime() : parseDateTime(value);
  if (!Number.isFinite(instant)) {
    throw new ScalewayInvalidArgumentError(
      `${name} must be a valid date and time with its zone (RFC 3339), such as 2030-01-31T18:00:00Z or 2030-01-31T20:00:00+02:00.`,
    );
  }
  if (Math.floor(instant / 1000) * 1000 <= now) {
    throw new ScalewayInvalidArgumentError(
      `${name} must be in the future: ${new Date(instant).toISOString()} is not, it is ${new Date(now).toISOString()} on this machine's clock.`,
    );
  }
  return new Date(instant).toISOString();
}

function parseDateTime(value: unknown): number {
  const match = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (!match) return Number.NaN;
  // Date.parse takes 30 February for 2 March.
  const [, year, month, day] = match.map(Number) as [number, number, number, number];
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return day > lastDay ? Number.NaN : Date.parse((value as string).toUpperCase());
}
